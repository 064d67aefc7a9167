/**
 * When each batch of a phase may begin, so that a lockout of any size keeps within what AWS lets an account do in a second. Nothing is counted
 * and nobody waits for anybody: the time of a batch follows from its place in the row. Pure.
 */

import type { Batch } from '#lib/model/database.ts';
import type { LockoutState } from '#lib/model/lockout.ts';
import type { Phase } from '#lib/model/lockout-phases.ts';

/** What an account may do in a second: instances that EC2 starts, grants that KMS makes for their volumes. */
export interface Rates {
  readonly starts: number;
  readonly grants: number;
}

/** A batch, and when it may begin (ISO 8601). */
export interface PacedBatch extends Batch {
  readonly notBefore: string;
}

/** The limit of one SSM command. */
export const batchSize = 50;

/** So many instances EC2 starts at once when it started none for a while. Source: EC2 developer guide, "Resource token bucket sizes". */
const atOnce = 1000;

/** The rest is left to whatever else the account does. */
const share = 0.9;

/** A server has two encrypted volumes, and EC2 asks for a grant for each when it starts. */
const grantsOfBatch = 2 * batchSize;

/**
 * Seconds between two batches at least. A batch writes its rows twice where its phase begins with a mark, else once, and each time that takes some
 * 200 of the 1,000 write units a second that a partition of DynamoDB has. StartInstances takes 2 requests a second. Servers that go down are looked
 * at six times or so, and DescribeInstances takes 20 requests a second.
 */
const apart: { readonly [P in Phase]: number } = {
  'stop-services': 0.5,
  'stop-servers': 0.4,
  'start-servers': 0.5,
  'start-services': 0.3,
};

/** Seconds from the start of the phase to the turn of its batch `index`. */
export function turnOf(index: number, phase: Phase, { starts, grants }: Rates): number {
  const least = index * apart[phase];
  if (phase !== 'start-servers') return least;
  const beyond = Math.max(0, (index + 1) * batchSize - share * atOnce);
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

/** What an execution that begins, or begins again, does first: it goes through both phases, and finds done what is done. */
export function firstPhase(state: LockoutState): Phase | null {
  if (state === 'stopping_services' || state === 'stopping_servers') return 'stop-services';
  return state === 'starting_servers' || state === 'starting_services' ? 'start-servers' : null;
}

/** What follows the first. */
export function secondPhase(state: LockoutState): Phase | null {
  if (state === 'stopping_servers') return 'stop-servers';
  return state === 'starting_services' ? 'start-services' : null;
}
