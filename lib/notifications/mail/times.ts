/** Times as a mail shows them: in UTC, since readers sit in many time zones, with the distance from the mail's own time. */

const months = 'January February March April May June July August September October November December'.split(' ');
const two = (number: number): string => String(number).padStart(2, '0');

/** `24 November 2026, 11:02 UTC`, from ISO 8601. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clockTime(iso)}`;
}

/** `11:02 UTC`, from ISO 8601. */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length of time in its largest fitting unit: `10 minutes`. Days and hours count only from two on, so that 90 minutes stay 90. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [name, size] = units.find(([unit, length]) => whole >= length * (unit === 'day' || unit === 'hour' ? 2 : 1)) ?? ['second', 1];
  const count = Math.round(whole / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `24 November 2026, 11:02 UTC (in 10 minutes)`, or `(20 minutes ago)`; just the moment when it is the mail's own. */
export function momentFrom(iso: string, at: string): string {
  const seconds = (Date.parse(iso) - Date.parse(at)) / 1000;
  if (Math.abs(seconds) < 1) return moment(iso);
  return `${moment(iso)} (${seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`})`;
}
