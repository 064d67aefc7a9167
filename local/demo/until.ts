/** Polls for a minute at most. */
import { setTimeout } from 'node:timers/promises';
import { DemoFailure } from './failure.ts';

const limitMs = 60_000;
const pauseMs = 50;

/** The first value of `read` that is not null. Throws a `DemoFailure` that names what did not happen. */
export async function until<T>(what: string, read: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== null) return value;
    if (Date.now() > end) throw new DemoFailure(`${what}: it did not happen within ${limitMs / 1000} s.`);
    await setTimeout(pauseMs);
  }
}
