/** Estimates stop and restart times from the team's past lockouts: of this key, otherwise of its other keys. Pure. */
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';

export interface Estimate {
  /** The longest measured time; null without measurements. */
  readonly seconds: number | null;
  readonly from: 'this_key' | 'other_keys' | null;
  /** The number of measurements; only the latest five are used. */
  readonly measured: number;
  readonly reason: string;
}

export interface Past {
  readonly keyId: string;
  readonly lockouts: readonly Lockout[];
}

const latest = 5;

/** From the end of the waiting period until all databases were stopped. */
export const stopEstimate = (past: Past): Estimate =>
  estimate(past, { begin: 'stopping_services', end: 'stopped', what: 'stop' });

/** From the key becoming usable until all databases were restored. */
export const restartEstimate = (past: Past): Estimate =>
  estimate(past, { begin: 'starting_servers', end: 'restored', what: 'restart' });

interface Span {
  readonly begin: LockoutState;
  readonly end: LockoutState;
  readonly what: string;
}

function estimate({ keyId, lockouts }: Past, span: Span): Estimate {
  const own = durations(
    lockouts.filter((lockout) => lockout.keyId === keyId),
    span,
  );
  const measured = own.length > 0 ? own : durations(lockouts, span);
  if (measured.length === 0)
    return {
      seconds: null,
      from: null,
      measured: 0,
      reason: `No ${span.what} of your databases has been measured yet.`,
    };
  const from = own.length > 0 ? 'this_key' : 'other_keys';
  const whose = from === 'this_key' ? 'of this key' : 'of your other keys, because this key has none';
  return {
    seconds: Math.ceil(Math.max(...measured)),
    from,
    measured: measured.length,
    reason: `The longest of the last ${measured.length} ${whose}.`,
  };
}

const durations = (lockouts: readonly Lockout[], span: Span): number[] =>
  lockouts
    .filter(({ drill }) => !drill)
    .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
    .flatMap((lockout) => durationOf(lockout, span) ?? [])
    .slice(0, latest);

/** In seconds, from the last entry into the first state; null for a lockout that did not reach the end state. */
function durationOf({ steps }: Lockout, { begin, end }: Span): number | null {
  const to = steps.findLastIndex(({ state }) => state === end);
  const from = steps.slice(0, Math.max(to, 0)).findLast(({ state }) => state === begin);
  const ended = steps[to];
  return from && ended ? (Date.parse(ended.at) - Date.parse(from.at)) / 1000 : null;
}
