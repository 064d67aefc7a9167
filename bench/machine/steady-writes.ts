/**
 * A client that writes `n:<number>` at a steady rate, however slowly it is answered, so that a pause of
 * the database delays every write that is due in that time. It never reconnects.
 */
import { Redis } from 'ioredis';

export interface SteadyWrites {
  /** Numbers whose writes were acknowledged. */
  readonly acknowledged: readonly number[];
  /** Messages of failed writes, and of the connection. */
  readonly errors: readonly string[];
  /** Milliseconds to the response, of the writes that were sent between two times of `performance.now()`. */
  latencies(from: number, to: number): number[];
  /** Waits for the last response. */
  stop(): Promise<void>;
}

const everyMs = 5;

export function steadyWrites(url: string, perSecond: number): SteadyWrites {
  const redis = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  const acknowledged: number[] = [];
  const errors: string[] = [];
  const samples: { readonly at: number; readonly ms: number }[] = [];
  const failed = ({ message }: Error) => void errors.push(message);
  redis.on('error', failed);

  const begun = performance.now();
  const pending = new Set<Promise<void>>();
  let sent = 0;
  const write = (number: number, at: number) => {
    const response = redis.set(`n:${number}`, number).then(() => {
      acknowledged.push(number);
      samples.push({ at, ms: performance.now() - at });
    }, failed);
    pending.add(response);
    void response.then(() => pending.delete(response));
  };
  const timer = setInterval(() => {
    const at = performance.now();
    for (const due = ((at - begun) * perSecond) / 1000; sent < due; sent += 1) write(sent, at);
  }, everyMs);

  return {
    acknowledged,
    errors,
    latencies: (from, to) => samples.filter(({ at }) => from <= at && at < to).map(({ ms }) => ms),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      redis.disconnect();
    },
  };
}
