/**
 * Debounces notices of a key that is disabled and enabled repeatedly: from the third lockout within an hour on, notices
 * wait until the key has settled, and are folded into one mail. The first two lockouts are announced immediately, so
 * that a mistake does not delay the warning of the lockout that follows it. Pure.
 */
import { plusSeconds } from '#lib/model/clock.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutNoticeKind } from '#lib/model/outbox-message.ts';

/**
 * `fold`: a later notice covers this one, so recipients that did not get it yet get no mail. A date: when the key has
 * settled.
 */
export type Timing = 'now' | 'fold' | Date;

export interface TogglesInput {
  readonly fact: LockoutNoticeKind;
  readonly lockout: Lockout;
  /** The team's latest lockouts, of any key. */
  readonly latest: readonly Lockout[];
  readonly at: Date;
  readonly settleSeconds: number;
}

const hourMs = 3_600_000;
/** The number of lockouts within an hour that are announced immediately. */
const immediateLockouts = 2;

/** Lockouts of the same key that were opened in the hour before this one. */
export const earlierLockouts = ({ lockout, latest }: Pick<TogglesInput, 'lockout' | 'latest'>): Lockout[] => {
  const opened = Date.parse(lockout.openedAt);
  return latest.filter(({ id, keyId, openedAt, drill }) => {
    if (drill) return false;
    const before = opened - Date.parse(openedAt);
    return id !== lockout.id && keyId === lockout.keyId && before >= 0 && before < hourMs;
  });
};

/** In multiples of the first wait. With the defaults, five minutes: half the waiting period. */
const maxWaits = 5;

/** Exponential backoff, at most half the waiting period, so that a warning leaves time to act. */
function settledTime({ lockout, latest, settleSeconds }: TogglesInput, from: string): Date {
  const times = earlierLockouts({ lockout, latest }).length;
  const half = (Date.parse(lockout.deadline) - Date.parse(lockout.openedAt)) / 2000;
  const waits = Math.min(2 ** Math.min(times - immediateLockouts, 20), maxWaits);
  return plusSeconds(new Date(from), Math.min(settleSeconds * waits, half));
}

/** A time in the future counts as settled, because the clock was set back since. */
const isSettled = (from: string, settledAt: Date, at: Date): boolean => at >= settledAt || at.toISOString() < from;

/** Without a time to settle, no toggle is delayed or folded. */
const isToggle = (input: TogglesInput): boolean =>
  input.settleSeconds > 0 && earlierLockouts(input).length >= immediateLockouts;

export function timingOf(input: TogglesInput): Timing {
  if (input.fact === 'lockout_opened') return timingOfOpening(input);
  return input.fact === 'lockout_cancelled' && isToggle(input) ? timingOfCancelling(input) : 'now';
}

/**
 * Nothing is delayed after the deadline. A warning, also one that SES refused so far, is replaced by the notice of the
 * lockout's next state.
 */
function timingOfOpening(input: TogglesInput): Timing {
  const { state, openedAt } = input.lockout;
  if (['cancelled', 'stopped', 'restored', 'starting_servers', 'starting_services'].includes(state)) return 'fold';
  if (state !== 'waiting' || !isToggle(input)) return 'now';
  const settledAt = settledTime(input, openedAt);
  return isSettled(openedAt, settledAt, input.at) ? 'now' : settledAt;
}

/**
 * If the opening was announced, the cancellation is announced immediately. Otherwise it waits until the key has
 * settled, and the last cancellation covers all.
 */
function timingOfCancelling(input: TogglesInput): Timing {
  const { lockout, latest, at } = input;
  const cancelledAt = lockout.steps.at(-1)?.at ?? lockout.openedAt;
  if (new Date(cancelledAt) >= settledTime(input, lockout.openedAt)) return 'now';
  const isFollowed = latest.some(
    ({ id, keyId, openedAt }) => id !== lockout.id && keyId === lockout.keyId && openedAt >= cancelledAt,
  );
  if (isFollowed) return 'fold';
  const settledAt = settledTime(input, cancelledAt);
  return isSettled(cancelledAt, settledAt, at) ? 'now' : settledAt;
}
