/** When a schedule's drills are due. Pure. */
import { nextWindow, windowHours } from '#lib/databases/maintenance-window.ts';
import type { DrillPlanning, DrillSchedule } from '#lib/model/drill-schedule.ts';
import type { DrillPeriod } from '#lib/model/drill-state.ts';

const windowMs = windowHours * 3_600_000;
const monthsOf: { readonly [P in DrillPeriod]: number } = { month: 1, quarter: 3 };

/**
 * The start of the first window that begins a month or a quarter after the last start, or later, and has not ended.
 * Without a last start: the window that is open, or the next one.
 */
export function nextDue(
  { window, every }: Pick<DrillPlanning, 'window' | 'every'>,
  lastStartedAt: string | null,
  at: Date,
): Date {
  if (lastStartedAt === null) return nextWindow(window, at);
  const earliest = monthsAfter(new Date(lastStartedAt), monthsOf[every]).getTime();
  // The first window that has not ended at this time is the first that starts at `earliest` or later.
  return nextWindow(window, new Date(Math.max(earliest + windowMs - 1, at.getTime())));
}

/** On the same day of a later month, or on its last day if that month is shorter. */
function monthsAfter(from: Date, months: number): Date {
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const later = new Date(from);
  later.setUTCFullYear(year, month, Math.min(from.getUTCDate(), days));
  return later;
}

export type Turn = 'early' | 'due' | 'over';

export function turnOf({ nextAt }: Pick<DrillSchedule, 'nextAt'>, at: Date): Turn {
  const passed = at.getTime() - Date.parse(nextAt);
  if (passed < 0) return 'early';
  return passed < windowMs ? 'due' : 'over';
}
