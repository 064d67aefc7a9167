/** Measures a database's service, within two seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/model/database.ts';
import type { Measurement } from '#lib/model/fleet.ts';
import type { NeedsFleet } from '#lib/model/ports.ts';

const timeoutMs = 2000;

/** Null if the service does not respond within the timeout, or does not run. */
export const measureNow =
  ({ fleet }: NeedsFleet<'measure'>) =>
  async ({ serverId, service }: Pick<Database, 'serverId' | 'service'>): Promise<Measurement | null> => {
    if (service !== 'running') return null;
    const timer = new AbortController();
    const timeout = sleep(timeoutMs, null, { signal: timer.signal }).catch(() => null);
    const response = fleet()
      .then((current) => current.measure([serverId]))
      .then(([measurement]) => measurement ?? null)
      .catch(() => null);
    try {
      return await Promise.race([response, timeout]);
    } finally {
      timer.abort();
    }
  };
