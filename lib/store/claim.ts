/** A claim: one worker is at it, for a minute. A worker that dies leaves one that runs out. */
import { claimSeconds } from '#lib/model/claim.ts';
import { plusSeconds } from '#lib/model/clock.ts';

/** For a condition, with `momentsOf` as values. It ran out; or it is for twice as long as claims are, by a clock that went back since. */
export const claimIsVoid = 'claimedUntil < :now OR claimedUntil > :beyond';
export const momentsOf = (at: Date) => ({
  ':now': at.toISOString(),
  ':beyond': plusSeconds(at, 2 * claimSeconds).toISOString(),
});
