/** Counts every request to AWS, enforces the limits, and reports the margin to each limit. */
import { type MostName, mostLimits, type RateLimit, type RateName, rateLimits } from './limits.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';

export interface Margin {
  readonly title: string;
  /** The smallest remaining part of the limit, from 0 to 1; negative if it was exceeded. */
  readonly margin: number;
  /** Requests that were refused. */
  readonly refused: number;
  readonly detail: string;
}

export interface Meter {
  /** Requests that were made, by `<Service> <Action>`. */
  readonly requests: ReadonlyMap<string, number>;
  count(action: string, times?: number): void;
  /** Takes all tokens or none; counts a refusal. `scope` tells partitions apart. */
  take(tokens: Partial<Record<RateName, number>>, scope?: string): boolean;
  /** Reserves tokens and returns the time at which they are available. For calls that AWS makes itself and delays. */
  queue(name: RateName, tokens: number): number;
  saw(name: MostName, value: number): void;
  margins(): Margin[];
}

export function meter(millis: () => number, raised: boolean): Meter {
  const requests = new Map<string, number>();
  const buckets = new Map<string, { readonly name: RateName; readonly bucket: TokenBucket }>();
  const refused = new Map<RateName, number>();
  const most = new Map<MostName, number>();
  const bucketOf = (name: RateName, scope: string): TokenBucket => {
    const known = buckets.get(`${name} ${scope}`);
    if (known) return known.bucket;
    const bucket = tokenBucket(bucketIn(name, raised));
    buckets.set(`${name} ${scope}`, { name, bucket });
    return bucket;
  };
  return {
    requests,
    count: (action, times = 1) => void requests.set(action, (requests.get(action) ?? 0) + times),
    take: (tokens, scope = '') => {
      const wanted = Object.entries(tokens) as [RateName, number][];
      const at = millis();
      const short = wanted.find(([name, amount]) => bucketOf(name, scope).readyAt(at, amount) > at);
      if (short) refused.set(short[0], (refused.get(short[0]) ?? 0) + 1);
      else for (const [name, amount] of wanted) bucketOf(name, scope).take(at, amount);
      return !short;
    },
    queue: (name, tokens) => bucketOf(name, '').borrow(millis(), tokens),
    saw: (name, value) => void most.set(name, Math.max(value, most.get(name) ?? 0)),
    margins: () => [...rateMargins(buckets.values(), refused, raised), ...mostMargins(most)],
  };
}

/** The limit of the account. */
export const bucketIn = (name: RateName, raised: boolean) => {
  const limit: RateLimit = rateLimits[name];
  return (raised && limit.raised) || limit;
};

function rateMargins(
  buckets: Iterable<{ readonly name: RateName; readonly bucket: TokenBucket }>,
  refused: ReadonlyMap<RateName, number>,
  raised: boolean,
): Margin[] {
  return [...Map.groupBy(buckets, ({ name }) => name)].map(([name, its]) => {
    const { capacity, perSecond } = bucketIn(name, raised);
    const left = Math.min(...its.map(({ bucket }) => bucket.lowest()));
    const times = refused.get(name) ?? 0;
    const detail = `${Math.round(left)} of ${capacity} left at least, ${perSecond}/s`;
    return { title: rateLimits[name].title, margin: left / capacity, refused: times, detail };
  });
}

const mostMargins = (seen: ReadonlyMap<MostName, number>): Margin[] =>
  [...seen].map(([name, value]) => {
    const { title, most } = mostLimits[name];
    return { title, margin: 1 - value / most, refused: value > most ? 1 : 0, detail: `${value} of ${most}` };
  });
