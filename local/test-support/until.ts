/** Waiting for a state of the world, bounded. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until the value is neither null nor false; after the limit, throws with `what` and what was last seen.
 */
export async function until<T>(
  what: string,
  poll: () => Promise<T | null | false>,
  {
    withinMs = 60_000,
    pauseMs = 30,
    seen = () => '',
  }: { withinMs?: number; pauseMs?: number; seen?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await poll();
    if (value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}. ${seen()}`.trim());
    await sleep(pauseMs);
  }
}
