/** Polling. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls, ever less often, until the value is not `undefined`; returns `undefined` after `withinMs`. Rethrows an error
 * of `poll`.
 */
export async function until<T>(withinMs: number, poll: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const value = await poll();
    if (value !== undefined) return value;
    if (performance.now() >= deadline) return undefined;
    await sleep(pauseMs);
  }
}
