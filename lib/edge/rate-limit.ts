/**
 * The rate limit of a team, for all its tokens: a token bucket per team, in the memory of the function instance, so
 * that no request reads the table for it. The limits of this approach are in docs/design/010-rate-limits.md.
 */
import { Problem } from '#lib/model/problem.ts';

export interface Limit {
  readonly perSecond: number;
  /** How many at once, after a pause. */
  readonly burst: number;
}

interface Bucket {
  readonly left: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Above this number of buckets, full ones are removed: a team without a bucket has a full one. */
const most = 10_000;

/** Throws `rate_limited` with the seconds to wait. */
export type Spend = (teamId: string, at: Date) => void;

export function rateLimit({ perSecond, burst }: Limit): Spend {
  const buckets = new Map<string, Bucket>();
  // A clock that goes back takes nothing away.
  const leftAt = ({ left, at }: Bucket, now: number): number =>
    Math.min(burst, left + (Math.max(0, now - at) / 1000) * perSecond);
  const forget = (now: number): void => {
    for (const [teamId, bucket] of buckets) if (leftAt(bucket, now) >= burst) buckets.delete(teamId);
  };
  return (teamId, at) => {
    const now = at.getTime();
    if (buckets.size >= most) forget(now);
    const left = leftAt(buckets.get(teamId) ?? { left: burst, at: now }, now);
    if (left < 1) throw tooFast(Math.ceil((1 - left) / perSecond));
    buckets.set(teamId, { left: left - 1, at: now });
  };
}

const tooFast = (seconds: number) =>
  new Problem('rate_limited', `Your team asks too often. Wait ${seconds} s, then go on more slowly.`, {
    retryAfterSeconds: seconds,
  });
