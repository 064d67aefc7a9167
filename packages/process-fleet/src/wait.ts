/** Waiting for a thing that the machine does in its own time. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is not `undefined`, ever less often; answers `undefined` after `withinMs`. What `ask` throws
 * ends the wait.
 */
export async function until<T>(withinMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() >= deadline) return undefined;
    await sleep(pauseMs);
  }
}
