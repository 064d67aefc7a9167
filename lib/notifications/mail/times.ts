/** Formats times for mails: in UTC, because readers are in many time zones, and relative to the time of the mail. */

const months = 'January February March April May June July August September October November December'.split(' ');
const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** `24 November 2026`, from ISO 8601. */
export function day(iso: string): string {
  const date = new Date(iso);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `24 November 2026, 11:02 UTC`, from ISO 8601. */
export const moment = (iso: string): string => `${day(iso)}, ${clockTime(iso)}`;

/** `11:02 UTC`, from ISO 8601. */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())} UTC`;
}

const pluralize = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** For example `45 seconds`, `10 minutes`, `3 hours 29 minutes`, `2 days 1 hour`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return pluralize(whole, 'second');
  const minutes = Math.round(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return pluralize(minutes, 'minute');
  const days = Math.floor(hours / 24);
  return days === 0
    ? joinUnits(pluralize(hours, 'hour'), minutes % 60, 'minute')
    : joinUnits(pluralize(days, 'day'), hours % 24, 'hour');
}

const joinUnits = (first: string, rest: number, unit: string): string =>
  rest === 0 ? first : `${first} ${pluralize(rest, unit)}`;

/**
 * `24 November 2026, 11:02 UTC (in 10 minutes)`, or `(20 minutes ago)`; without the difference if it is below a
 * second.
 */
export function momentFrom(iso: string, at: string): string {
  const seconds = (Date.parse(iso) - Date.parse(at)) / 1000;
  if (Math.abs(seconds) < 1) return moment(iso);
  return `${moment(iso)} (${seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`})`;
}
