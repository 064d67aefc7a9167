/**
 * The instance type and the size of the data volume of each plan. Graviton types: Amazon Linux 2023 has valkey for
 * them, too.
 */
import { planNamed } from '#lib/model/plans.ts';
import type { Places } from './driver.ts';

/**
 * By the plan's size. The child process of a snapshot may hold a second copy of concurrently written pages, so an
 * instance has about twice the plan's memory. Memory of types (EC2 user guide, "Instance types"): t4g.small 2 GiB,
 * r7g.large 16, .2xlarge 64, .4xlarge 128, .8xlarge 256.
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

/** Null for a plan that neither the driver nor the operator maps to an instance type. */
export const instanceTypeFor = async (
  plan: string,
  { instanceTypeOf }: Pick<Places, 'instanceTypeOf'>,
): Promise<string | null> => (await instanceTypeOf(plan)) ?? bySize[plan.split('-').at(-1) ?? ''] ?? null;

/**
 * In GiB: three times the memory, for the append-only file, its replacement and a snapshot, and a reserve.
 */
export const dataGiB = (memoryMb: number): number => Math.max(8, Math.ceil((3 * memoryMb) / 1024) + 4);

/** The default resources of a plan's server; null for a plan that the driver does not know. */
export function footprintOf(plan: string): { readonly instanceType: string; readonly volumeGiB: number } | null {
  const instanceType = bySize[plan.split('-').at(-1) ?? ''];
  const memoryMb = planNamed(plan)?.memoryMb;
  return instanceType && memoryMb ? { instanceType, volumeGiB: dataGiB(memoryMb) } : null;
}
