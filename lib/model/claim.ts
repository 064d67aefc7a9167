/** A claim: one worker has the work for a minute, so that the claim of a worker that crashed expires. */
import { isRecent, plusSeconds } from './clock.ts';

export const claimSeconds = 60;
export const claimedFrom = (at: Date): string => plusSeconds(at, claimSeconds).toISOString();

/** The same of a row that was read. */
export const isClaimed = (until: string, at: Date): boolean =>
  until > at.toISOString() && isRecent(until, at, 2 * claimSeconds * 1000);
