import { setTimeout as sleep } from 'node:timers/promises';

/** The schedule runs once a minute, and functions have cold starts, so three minutes are not a failure. */
const patienceMs = 180_000;

/** Polls until the condition holds; throws an error with the condition's description. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await sleep(500);
  }
}
