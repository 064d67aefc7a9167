/** How long a lockout's parts took, for its page and the chart of past lockouts. */
import type { Lockout } from '../api/types.ts';

export interface LockoutTimes {
  readonly id: string;
  readonly openedAt: string;
  /** Milliseconds; null where that part did not happen, or is not over. */
  readonly waitedMs: number | null;
  readonly stopMs: number | null;
  readonly outMs: number | null;
  readonly restoreMs: number | null;
}

const between = (from: string | null, to: string | null): number | null =>
  from && to ? Math.max(0, Date.parse(to) - Date.parse(from)) : null;

export function lockoutTimes({ id, openedAt, steps }: Pick<Lockout, 'id' | 'openedAt' | 'steps'>): LockoutTimes {
  const first = (...states: string[]) => steps.find(({ state }) => states.includes(state))?.at ?? null;
  const stopping = first('stopping_services', 'stopping_servers');
  const starting = first('starting_servers', 'starting_services');
  return {
    id,
    openedAt,
    waitedMs: between(openedAt, stopping ?? first('cancelled', 'restored')),
    stopMs: between(stopping, first('stopped')),
    outMs: between(first('stopped'), starting),
    restoreMs: between(starting, first('restored')),
  };
}

export interface ChartBar {
  readonly id: string;
  readonly openedAt: string;
  readonly stop: number | null;
  readonly restore: number | null;
}

export interface LockoutChart {
  /** The longest bar, in milliseconds. */
  readonly most: number;
  /** Oldest first. */
  readonly bars: readonly ChartBar[];
}

/** Of the newest lockouts that stopped something; drills stop a fork alone, and have their own reports. */
export function lockoutChart(lockouts: readonly Lockout[], shown = 24): LockoutChart {
  const bars = lockouts
    .filter(({ drill }) => drill === null)
    .map(lockoutTimes)
    .filter(({ stopMs }) => stopMs !== null)
    .slice(0, shown)
    .map(({ id, openedAt, stopMs, restoreMs }) => ({ id, openedAt, stop: stopMs, restore: restoreMs }))
    .reverse();
  return { bars, most: Math.max(1, ...bars.flatMap(({ stop, restore }) => [stop ?? 0, restore ?? 0])) };
}
