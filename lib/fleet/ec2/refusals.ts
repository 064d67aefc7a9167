/** The outcome of a call that EC2 or Systems Manager rejected, for each server of its batch. */
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { failed, pending, type ServerInstance } from './driver.ts';

/** The instance does not exist. Source: EC2 API reference, "Error codes". */
const missing = new Set(['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed']);
/** The instance's agent is not connected, as in the first minute after a boot. */
const unreachable = new Set(['InvalidInstanceId']);

/** Rethrows errors that are not a response of AWS. */
export function outcomeOf(serverId: string, error: unknown): Outcome {
  if (!(error instanceof AwsRefusal)) throw error;
  if (missing.has(error.code)) return failed(serverId, 'not_found', 'EC2 knows no such instance.');
  if (unreachable.has(error.code)) return pending(serverId);
  return failed(serverId, 'unavailable', `AWS did not carry it out: ${error.code}.`);
}

/**
 * Makes one call for a batch, which is `pending` afterwards. If the call fails because of one instance, it is repeated
 * for each half, so that each server gets its own outcome.
 */
export async function forAll(
  batch: readonly ServerInstance[],
  call: (batch: readonly ServerInstance[]) => Promise<void>,
): Promise<Outcome[]> {
  if (batch.length === 0) return [];
  try {
    await call(batch);
    return batch.map(({ serverId }) => pending(serverId));
  } catch (error) {
    if (batch.length === 1 || !(error instanceof AwsRefusal) || !isOfOne(error))
      return batch.map(({ serverId }) => outcomeOf(serverId, error));
    const half = Math.ceil(batch.length / 2);
    return [...(await forAll(batch.slice(0, half), call)), ...(await forAll(batch.slice(half), call))];
  }
}

/** Throttling and outages affect the whole call, so that smaller calls would not help. */
const isOfOne = ({ code, passes }: AwsRefusal): boolean =>
  !passes || code === 'IncorrectInstanceState' || code.startsWith('Insufficient');
