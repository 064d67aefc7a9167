/** Detects lockouts that take longer than promised. Pure. */
import { isOver, type Lockout } from './lockout.ts';
import type { LockoutState } from './lockout-state.ts';

/** Promise 3: at most 20 minutes from disabling a key to the mail, about 5 from enabling it to the restore. */
const promisedMinutes = { stopping: 20, starting: 5 } as const;

type Direction = keyof typeof promisedMinutes;

const directionOf = (state: LockoutState): Direction | null => {
  if (state === 'stopped' || isOver(state)) return null;
  return state.startsWith('starting') ? 'starting' : 'stopping';
};

/** The direction of a late lockout and its minutes so far; null if the lockout is in time, or in no transition. */
export function lateness(
  { state, openedAt, steps }: Lockout,
  at: Date,
): { readonly direction: Direction; readonly minutes: number } | null {
  const direction = directionOf(state);
  if (!direction) return null;
  const lastOther = steps.findLastIndex((step) => directionOf(step.state) !== direction);
  const since = steps[lastOther + 1]?.at ?? openedAt;
  const minutes = (at.getTime() - Date.parse(since)) / 60_000;
  return minutes > promisedMinutes[direction] ? { direction, minutes: Math.round(minutes) } : null;
}
