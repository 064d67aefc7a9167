/**
 * Times in the reader's zone with UTC beside it, and lengths of time. Pure: the zone and the present come as arguments.
 */

export interface Reader {
  /** An IANA time zone. */
  readonly zone: string;
  /** The server's present, in milliseconds since the epoch. */
  readonly now: number;
}

const two = (number: number): string => String(number).padStart(2, '0');

const formatters = new Map<string, Intl.DateTimeFormat>();
const formatter = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ year: 'numeric', month: 'short', day: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  });
  formatters.set(zone, made);
  return made;
};

interface Parts {
  readonly day: string;
  readonly minute: string;
  readonly second: string;
}

function partsOf(at: number, zone: string): Parts {
  const of = Object.fromEntries(
    formatter(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const minute = `${of.hour}:${of.minute}`;
  return { day: `${of.day} ${of.month} ${of.year}`, minute, second: `${minute}:${of.second}` };
}

interface TimeOptions {
  /** `14:10:02` rather than `14:10`. */
  readonly seconds?: boolean;
}

export interface ShownTime {
  /** `14:10`, or `28 Nov, 14:10` on another day than today. */
  readonly local: string;
  /** `13:10 UTC`, with the day where it is another than the reader's; null if the reader is in UTC. */
  readonly utc: string | null;
  /** In full, for a tooltip: `29 Nov 2026, 14:10:02 (13:10:02 UTC)`. */
  readonly full: string;
}

const isUtc = (local: Parts, utc: Parts): boolean => local.second === utc.second && local.day === utc.day;
const withoutYear = (day: string, today: string): string =>
  day.slice(-4) === today.slice(-4) ? day.slice(0, -5) : day;

export function shownTime(iso: string, { zone, now }: Reader, { seconds = false }: TimeOptions = {}): ShownTime {
  const at = Date.parse(iso);
  const [local, utc, today] = [partsOf(at, zone), partsOf(at, 'UTC'), partsOf(now, zone).day];
  const dated = (parts: Parts, base: string) =>
    `${parts.day === base ? '' : `${withoutYear(parts.day, today)}, `}${seconds ? parts.second : parts.minute}`;
  if (isUtc(local, utc)) {
    return { local: `${dated(local, today)} UTC`, utc: null, full: `${local.day}, ${local.second} UTC` };
  }
  return {
    local: dated(local, today),
    utc: `${dated(utc, local.day)} UTC`,
    full: `${local.day}, ${local.second} (${utc.day === local.day ? '' : `${utc.day}, `}${utc.second} UTC)`,
  };
}

/** `12:03:11`, in the reader's zone. */
export const clockOf = (at: number, zone: string): string => partsOf(at, zone).second;

const days = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

/** `29 Oct – 29 Nov 2026`, in UTC; the end is not part of it. */
export const dayRange = (from: string, to: string): string =>
  days.formatRange(Date.parse(from), Math.max(Date.parse(from), Date.parse(to) - 1));

/** `12 Dec 2026`, in UTC. */
export const day = (iso: string): string => days.format(Date.parse(iso));

/** `07:31`, or `1:07:31`; never below zero. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** `0.6 s`, `45 s`, `7 min 31 s`, `3 h 29 min`, `2 days 1 h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  const hours = Math.round(minutes / 60);
  return `${counted(Math.floor(hours / 24), 'day')}${hours % 24 ? ` ${hours % 24} h` : ''}`;
}

/** `just now`, `2 min ago`, `in 3 h 5 min`. */
export function distance(iso: string, now: number): string {
  const milliseconds = Date.parse(iso) - now;
  if (Math.abs(milliseconds) < 5000) return 'just now';
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const length = seconds < 60 ? `${seconds} s` : duration(seconds * 1000).replace(/(min) \d+ s$/, '$1');
  return milliseconds > 0 ? `in ${length}` : `${length} ago`;
}
