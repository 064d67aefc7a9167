/**
 * A token bucket as AWS uses for throttling: initially full, refilled at a constant rate, rejects requests beyond its
 * tokens.
 */

export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

/** Times are in milliseconds and never run backwards. */
export interface TokenBucket {
  /** Takes the tokens, or none. */
  take(at: number, tokens: number): boolean;
  /** The earliest time at which this number of tokens is available. */
  readyAt(at: number, tokens: number): number;
  /** Reserves tokens after all earlier reservations; returns the time at which they are available. */
  borrow(at: number, tokens: number): number;
  /** The minimum of tokens so far; negative if tokens were reserved in advance. */
  lowest(): number;
}

export function tokenBucket({ capacity, perSecond }: Bucket): TokenBucket {
  let level = capacity;
  let since = 0;
  let lowest = capacity;
  const refill = (at: number) => {
    level = Math.min(capacity, level + (Math.max(0, at - since) / 1000) * perSecond);
    since = Math.max(since, at);
  };
  const spend = (tokens: number) => {
    level -= tokens;
    lowest = Math.min(lowest, level);
  };
  const readyAt = (at: number, tokens: number) => {
    refill(at);
    return at + (Math.max(0, tokens - level) / perSecond) * 1000;
  };
  return {
    readyAt,
    take: (at, tokens) => {
      if (readyAt(at, tokens) > at) return false;
      spend(tokens);
      return true;
    },
    borrow: (at, tokens) => {
      const ready = readyAt(at, tokens);
      spend(tokens);
      return ready;
    },
    lowest: () => lowest,
  };
}
