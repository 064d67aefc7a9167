/** Conditions of claims: one worker has the work for a minute. */
import { claimSeconds } from '#lib/model/claim.ts';
import { plusSeconds } from '#lib/model/clock.ts';

/**
 * With `momentsOf` as values. Void are expired claims, and claims too far in the future, because a clock was set back
 * since.
 */
export const claimIsVoid = 'claimedUntil < :now OR claimedUntil > :beyond';
export const momentsOf = (at: Date) => ({
  ':now': at.toISOString(),
  ':beyond': plusSeconds(at, 2 * claimSeconds).toISOString(),
});
