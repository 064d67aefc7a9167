/** The periods that evidence is offered for. */

export interface Period {
  readonly label: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
/** A bundle covers 92 days at most (GET /v1/keys/{key}/evidence). */
const longestMs = 92 * dayMs;

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The last 31 days, then calendar months in UTC back to when the key was registered; twelve at most. */
export function periods(createdAt: string, now: number): Period[] {
  const iso = (at: number) => new Date(at).toISOString();
  const registered = Date.parse(createdAt);
  const last = { label: 'Last 31 days', from: iso(Math.max(now - 31 * dayMs, registered - dayMs)), to: iso(now) };
  const months: Period[] = [];
  const today = new Date(now);
  for (let back = 0; back < 12; back++) {
    const from = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
    const to = Math.min(now, Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back + 1, 1), from + longestMs);
    if (to <= registered) break;
    months.push({ label: monthName.format(from), from: iso(from), to: iso(to) });
  }
  return [last, ...months];
}
