/**
 * The server's clock, estimated from the `Date` header of responses (RFC 9110: whole seconds). Each response narrows
 * the interval in which the server is ahead of this machine's monotonic clock, so a wrong wall clock does not matter.
 */

export interface ClockEstimate {
  /** Milliseconds to add to the monotonic clock to get the server's time: at least and at most. */
  readonly least: number;
  readonly most: number;
}

export interface DatedResponse {
  /** The `Date` header, in milliseconds since the epoch. */
  readonly date: number;
  /** By the monotonic clock, in milliseconds: when the request was sent and the response arrived. */
  readonly sent: number;
  readonly received: number;
}

/** A `Date` header is cut to the second: the server's time was less than a second later. */
const resolution = 1000;

export function refine(known: ClockEstimate | null, { date, sent, received }: DatedResponse): ClockEstimate {
  const seen = { least: date - received, most: date + resolution - sent };
  if (!known) return seen;
  const least = Math.max(known.least, seen.least);
  const most = Math.min(known.most, seen.most);
  // No overlap: a clock was set, or the machine slept. The newest response counts.
  return least <= most ? { least, most } : seen;
}

/** The server's time at a moment of the monotonic clock, in milliseconds since the epoch. */
export const serverTime = ({ least, most }: ClockEstimate, monotonic: number): number => monotonic + (least + most) / 2;
