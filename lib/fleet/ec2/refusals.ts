/** What a call that EC2 or Systems Manager refused means for a server, and for the others of its batch. */
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { type Found, failed, pending } from './driver.ts';

/** The instance is not there. Source: EC2 API reference, "Error codes". */
const missing = new Set(['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed']);
/** The instance's agent does not answer, which it doesn't for a minute after a boot either. */
const unreachable = new Set(['InvalidInstanceId']);

/** Rethrows what AWS did not say. */
export function outcomeOf(serverId: string, error: unknown): Outcome {
  if (!(error instanceof AwsRefusal)) throw error;
  if (missing.has(error.code)) return failed(serverId, 'not_found', 'EC2 knows no such instance.');
  if (unreachable.has(error.code)) return pending(serverId);
  return failed(serverId, 'unavailable', `AWS did not carry it out: ${error.code}.`);
}

/**
 * Does one call for all of a batch, which is `pending` after it. A call that fails because of one instance is made
 * again for each half, so that each server gets the answer that is its own.
 */
export async function forAll(
  batch: readonly Found[],
  call: (batch: readonly Found[]) => Promise<void>,
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

/** Throttling and outages are of the whole call: halves would only ask more often. */
const isOfOne = ({ code, passes }: AwsRefusal): boolean =>
  !passes || code === 'IncorrectInstanceState' || code.startsWith('Insufficient');
