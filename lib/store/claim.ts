/** A claim: one worker is at it, for a minute. A worker that dies leaves one that runs out. */
import { isRecent, plusSeconds } from '#lib/model/clock.ts';

const claimSeconds = 60;

export const claimedFrom = (at: Date): string => plusSeconds(at, claimSeconds).toISOString();

/** For a condition, with `momentsOf` as values. It ran out; or it is for twice as long as claims are, by a clock that went back since. */
export const claimIsVoid = 'claimedUntil < :now OR claimedUntil > :beyond';
export const momentsOf = (at: Date) => ({
  ':now': at.toISOString(),
  ':beyond': plusSeconds(at, 2 * claimSeconds).toISOString(),
});

/** The same of a row that was read. */
export const isClaimed = (until: string, at: Date): boolean =>
  until > at.toISOString() && isRecent(until, at, 2 * claimSeconds * 1000);
