/**
 * Schedules the batches of a phase within the account's API rate limits. The start time of a batch depends on its
 * index only, so that batches need no coordination. Pure.
 */

import type { Batch } from '#lib/model/database.ts';
import type { Phase } from '#lib/model/lockout-phases.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';

/** The account's limits per second: instances that EC2 starts, and grants that KMS creates for their volumes. */
export interface Rates {
  readonly starts: number;
  readonly grants: number;
}

/** A batch and its earliest start (ISO 8601). */
export interface PacedBatch extends Batch {
  readonly notBefore: string;
}

/** The limit of one SSM command. */
export const batchSize = 50;

/** The burst of instances that EC2 starts. Source: EC2 developer guide, "Resource token bucket sizes". */
const startBurst = 1000;

/** The remainder is left to other work of the account. */
const share = 0.9;

/** A server has two encrypted volumes, and EC2 creates a grant for each when the server starts. */
const grantsOfBatch = 2 * batchSize;

/**
 * The minimum of seconds between two batches. A batch writes its rows once, or twice if its phase begins with a mark,
 * and each write takes about 200 of the 1,000 write units per second of a DynamoDB partition. StartInstances is limited
 * to 2 requests per second, and DescribeInstances, which polls a stopping server about six times, to 20.
 */
const apart: { readonly [P in Phase]: number } = {
  'stop-services': 0.5,
  'stop-servers': 0.4,
  'start-servers': 0.5,
  'start-services': 0.3,
};

/** Seconds from the start of the phase to the start of its batch `index`. */
export function turnOf(index: number, phase: Phase, { starts, grants }: Rates): number {
  const least = index * apart[phase];
  if (phase !== 'start-servers') return least;
  const beyond = Math.max(0, (index + 1) * batchSize - share * startBurst);
  return Math.max(least, beyond / (share * starts), (index * grantsOfBatch) / (share * grants));
}

export const paced = (
  batches: readonly Batch[],
  phase: Phase,
  { rates, at }: { rates: Rates; at: Date },
): PacedBatch[] =>
  batches.map((batch, index) => ({
    ...batch,
    notBefore: new Date(at.getTime() + turnOf(index, phase, rates) * 1000).toISOString(),
  }));

/** The first phase of an execution. A restarted execution repeats both phases, which are idempotent. */
export function firstPhase(state: LockoutState): Phase | null {
  if (state === 'stopping_services' || state === 'stopping_servers') return 'stop-services';
  return state === 'starting_servers' || state === 'starting_services' ? 'start-servers' : null;
}

/** The phase after the first. */
export function secondPhase(state: LockoutState): Phase | null {
  if (state === 'stopping_servers') return 'stop-servers';
  return state === 'starting_services' ? 'start-services' : null;
}
