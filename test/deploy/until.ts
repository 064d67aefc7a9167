import { setTimeout as sleep } from 'node:timers/promises';

/** The schedule ticks once a minute, and functions start from nothing: three minutes are no failure. */
const patienceMs = 180_000;

/** Polls until it is so; throws naming what was waited for in vain. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await sleep(500);
  }
}
