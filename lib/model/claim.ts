/** A claim: one worker has the work for a minute, so that the claim of a worker that crashed expires. */
import { isRecent, plusSeconds } from './clock.ts';

export const claimSeconds = 60;
export const claimedFrom = (at: Date): string => plusSeconds(at, claimSeconds).toISOString();

/** Whether the claim of a row is valid, by the row's `claimedUntil`. */
export const isClaimed = (until: string, at: Date): boolean =>
  until > at.toISOString() && isRecent(until, at, 2 * claimSeconds * 1000);
