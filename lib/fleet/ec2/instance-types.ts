/**
 * Which machine and how large a volume a plan gets. Graviton types, since Amazon Linux 2023 has valkey for them too.
 */
import { planNamed } from '#lib/model/plans.ts';
import type { Places } from './driver.ts';

/**
 * By the plan's size. A snapshot's child may hold a second copy of what is written meanwhile, so a machine has about
 * twice the plan's memory. Memory of types: EC2 user guide, "Instance types": t4g.small 2 GiB, r7g.large 16, .2xlarge
 * 64, .4xlarge 128, .8xlarge 256.
 */
const bySize: Readonly<Record<string, string>> = {
  mini: 't4g.small',
  '0': 't4g.small',
  '1': 't4g.small',
  '2': 't4g.small',
  '3': 't4g.small',
  '5': 't4g.medium',
  '7': 'r7g.large',
  '9': 'r7g.xlarge',
  '10': 'r7g.2xlarge',
  '12': 'r7g.4xlarge',
  '14': 'r7g.8xlarge',
};

/** Null for a plan that the driver does not know and the operator does not name. */
export const instanceTypeFor = async (
  plan: string,
  { instanceTypeOf }: Pick<Places, 'instanceTypeOf'>,
): Promise<string | null> => (await instanceTypeOf(plan)) ?? bySize[plan.split('-').at(-1) ?? ''] ?? null;

/**
 * The append-only file, the one that replaces it, and a snapshot: three times the memory, and room for the rest; in
 * GiB.
 */
export const dataGiB = (memoryMb: number): number => Math.max(8, Math.ceil((3 * memoryMb) / 1024) + 4);

/** What a server of a plan occupies by default; null for a plan that the driver does not know. */
export function footprintOf(plan: string): { readonly instanceType: string; readonly volumeGiB: number } | null {
  const instanceType = bySize[plan.split('-').at(-1) ?? ''];
  const memoryMb = planNamed(plan)?.memoryMb;
  return instanceType && memoryMb ? { instanceType, volumeGiB: dataGiB(memoryMb) } : null;
}
