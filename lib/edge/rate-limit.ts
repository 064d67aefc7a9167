/**
 * The rate limit of a team, for all its tokens: a token bucket per team, in the memory of the function instance, so
 * that no request reads the table for it. The limits of this approach are in docs/design/010-rate-limits.md.
 */
import { Problem } from '#lib/model/problem.ts';

export interface Limit {
  readonly perSecond: number;
  /** How many requests may arrive at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  readonly capacity: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Above this number of buckets, full ones are removed: a team without a bucket has a full one. */
const maxBuckets = 10_000;

/** Throws `rate_limited` with the seconds to wait. */
export type Spend = (teamId: string, at: Date) => void;

export function rateLimit({ perSecond, burst }: Limit): Spend {
  const buckets = new Map<string, Bucket>();
  // A clock that goes back removes no capacity.
  const capacityAt = ({ capacity, at }: Bucket, now: number): number =>
    Math.min(burst, capacity + (Math.max(0, now - at) / 1000) * perSecond);
  const removeFull = (now: number): void => {
    for (const [teamId, bucket] of buckets) if (capacityAt(bucket, now) >= burst) buckets.delete(teamId);
  };
  return (teamId, at) => {
    const now = at.getTime();
    if (buckets.size >= maxBuckets) removeFull(now);
    const capacity = capacityAt(buckets.get(teamId) ?? { capacity: burst, at: now }, now);
    if (capacity < 1) throw rateLimited(Math.ceil((1 - capacity) / perSecond));
    buckets.set(teamId, { capacity: capacity - 1, at: now });
  };
}

const rateLimited = (seconds: number) =>
  new Problem('rate_limited', `Your team sends too many requests. Wait ${seconds} s, then send fewer.`, {
    retryAfterSeconds: seconds,
  });
