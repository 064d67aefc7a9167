/** The weekly window of four hours, in UTC, in which a database's service may be restarted. */

import { type Database, type MaintenanceWindow, type Weekday, weekdays } from '#lib/model/database.ts';
import { invalidValue } from '#lib/model/problem.ts';

export const windowHours = 4;
const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/** Without a chosen window, databases are distributed over the nights of the week by their ids. */
export function windowOf({ id, maintenance }: Pick<Database, 'id' | 'maintenance'>): MaintenanceWindow {
  if (maintenance?.window) return maintenance.window;
  const spread = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return { day: weekdays[spread % 7] ?? 'sunday', time: `0${spread % 5}:00` };
}

/** `Mondays 10:00 to 14:00 UTC`. */
export function windowText({ day, time }: MaintenanceWindow): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (
    `${day.replace(/^./, (first) => first.toUpperCase())}s ${time} to ` +
    `${twoDigits((hour + windowHours) % 24)}:${twoDigits(minute)} UTC`
  );
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** From `monday` or `Mon`, and `13:30`, `1:30PM` or `1pm`. Throws `invalid_request`. */
export function parseWindow(dayText: string, timeText: string): MaintenanceWindow {
  const day = dayIn(dayText);
  const time = timeIn(timeText);
  if (day && time) return { day, time };
  throw invalidValue(
    day ? '/time' : '/day',
    'A window is a day of the week and a time in UTC, as in: monday 10:00',
    day ? 'No time' : 'No day',
  );
}

const dayIn = (text: string): Weekday | undefined =>
  weekdays.find((day) => text.length >= 3 && day.startsWith(text.toLowerCase().replace(/s$/, '')));

function timeIn(text: string): string | null {
  const [, hourText, minute = '00', half] = /^(\d{1,2})(?::(\d{2}))?\s*([ap]m)?$/i.exec(text.trim()) ?? [];
  if (hourText === undefined || Number(minute) > 59) return null;
  const hour = half ? twelveHours(Number(hourText), half.toLowerCase()) : Number(hourText);
  return hour >= 0 && hour < 24 ? `${twoDigits(hour)}:${minute}` : null;
}

/** -1 for an hour outside 1 to 12. */
const twelveHours = (hour: number, half: string): number =>
  hour < 1 || hour > 12 ? -1 : (hour % 12) + (half === 'pm' ? 12 : 0);

/** The start of the first window that has not ended at `from`, plus a number of weeks. */
export function nextWindow({ day, time }: MaintenanceWindow, from: Date, weeks = 0): Date {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const begin = new Date(from);
  begin.setUTCHours(hour, minute, 0, 0);
  begin.setUTCDate(begin.getUTCDate() + weekdays.indexOf(day) - begin.getUTCDay() - 7);
  while (begin.getTime() + windowHours * hourMs <= from.getTime()) begin.setUTCDate(begin.getUTCDate() + 7);
  return new Date(begin.getTime() + weeks * weekMs);
}
