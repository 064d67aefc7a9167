/** A token bucket, as AWS throttles by: full at first, refilled steadily, and a request that it cannot pay in full is refused. */

export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

/** Times are in milliseconds and never run backwards. */
export interface TokenBucket {
  /** Takes the tokens, or none. */
  take(at: number, tokens: number): boolean;
  /** When, at the earliest, so many tokens are there. */
  readyAt(at: number, tokens: number): number;
  /** Takes the tokens in advance, behind all who did so before; answers when they are there. */
  borrow(at: number, tokens: number): number;
  /** The least that was ever left; negative while some was borrowed. */
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
