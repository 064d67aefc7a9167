/** Whether a lockout takes longer than is promised. The deployment's alarms count the log lines that say so. */
import { log } from '#lib/log.ts';
import { isOver, type Lockout, type LockoutState } from '#lib/model/lockout.ts';

/** The seed: 20 minutes at most from disabling a key to the mail, about 5 from enabling it to everything being back. */
const promisedMinutes = { stopping: 20, starting: 5 } as const;

type Direction = keyof typeof promisedMinutes;

const directionOf = (state: LockoutState): Direction | null => {
  if (state === 'stopped' || isOver(state)) return null;
  return state.startsWith('starting') ? 'starting' : 'stopping';
};

/** What is late, and for how many minutes it has been under way; null while it keeps the promise, or nothing is under way. */
export function lateness(
  { state, openedAt, steps }: Lockout,
  at: Date,
): { readonly direction: Direction; readonly minutes: number } | null {
  const direction = directionOf(state);
  if (!direction) return null;
  const turn = steps.findLastIndex((step) => directionOf(step.state) !== direction);
  const since = steps[turn + 1]?.at ?? openedAt;
  const minutes = (at.getTime() - Date.parse(since)) / 60_000;
  return minutes > promisedMinutes[direction] ? { direction, minutes: Math.round(minutes) } : null;
}

/** Once per look: the sweep looks every minute. */
export function tellIfLate(lockout: Lockout, at: Date): void {
  const late = lateness(lockout, at);
  if (!late) return;
  const { direction, minutes } = late;
  const facts = { lockoutId: lockout.id, keyId: lockout.keyId, state: lockout.state, minutes };
  log.warn(direction === 'stopping' ? 'A lockout is late' : 'A restore is late', facts);
}
