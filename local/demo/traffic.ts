/**
 * An app under load: it writes numbers, and comes with its URL of the moment whenever that changes or its connection
 * ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface Traffic {
  /** Numbers whose writes were acknowledged, by whichever database. */
  readonly acknowledged: readonly number[];
  /** Messages of the writes and connections that failed. */
  readonly errors: readonly string[];
  /** The number of connections so far. */
  connections(): number;
  /** The longest time between two acknowledged writes, in milliseconds. */
  gapMs(): number;
  stop(): Promise<void>;
}

const everyMs = 20;

/** Writes `n:<number>` from 0 up, or under another prefix, `perSecond` at most; nothing while the URL is null. */
export function liveTraffic(url: () => string | null, perSecond = 1000, prefix = 'n'): Traffic {
  const acknowledged: number[] = [];
  const errors: string[] = [];
  const failed = ({ message }: Error) => void errors.push(message);
  const line = aLine(failed);
  let [longest, last] = [0, performance.now()];
  let [number, stopping] = [0, false];

  const took = (written: number) => {
    acknowledged.push(written);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const write = async (redis: Redis) => {
    const batch = Array.from({ length: (perSecond * everyMs) / 1000 }, () => number++);
    await Promise.all(batch.map((each) => redis.set(`${prefix}:${each}`, each).then(() => took(each), failed)));
  };
  const run = async () => {
    while (!stopping) {
      const begun = performance.now();
      const to = url();
      if (to !== null) await write(line.to(to));
      await sleep(Math.max(0, everyMs - (performance.now() - begun)));
    }
    line.end();
  };
  const running = run();
  return {
    acknowledged,
    errors,
    connections: line.count,
    gapMs: () => longest,
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}

/** One connection, replaced when the URL changes or the connection ends. */
function aLine(failed: (error: Error) => void) {
  let count = 0;
  let open: { readonly redis: Redis; readonly to: string } | null = null;
  return {
    to(to: string): Redis {
      if (open && open.to === to && open.redis.status !== 'end') return open.redis;
      open?.redis.disconnect();
      const redis = new Redis(to, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
      redis.on('error', failed);
      open = { redis, to };
      count += 1;
      return redis;
    },
    count: () => count,
    end: () => open?.redis.disconnect(),
  };
}

export interface UrlOfTheMoment {
  now(): string;
  end(): Promise<void>;
}

/** Asks for the URL again and again, one question at a time; what cannot be read leaves it as it was. */
export async function urlOfTheMoment(read: () => Promise<string | null | undefined>): Promise<UrlOfTheMoment> {
  let [url, ending] = [(await read()) ?? '', false];
  const run = async () => {
    while (!ending) {
      await sleep(50);
      url = (await read().catch(() => null)) ?? url;
    }
  };
  const running = run();
  return {
    now: () => url,
    end: async () => {
      ending = true;
      await running;
    },
  };
}
