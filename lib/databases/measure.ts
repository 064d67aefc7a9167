/** What a database's service says of itself now. It costs an answer nothing more than two seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Measurement } from '#lib/model/fleet.ts';

const withinMs = 2000;

/** Null: nobody says within the time, or there is nothing to ask. */
export const measureNow =
  ({ fleet }: { readonly fleet: () => Promise<Fleet> }) =>
  async ({ serverId, service }: Pick<Database, 'serverId' | 'service'>): Promise<Measurement | null> => {
    if (service !== 'running') return null;
    const patience = new AbortController();
    const late = sleep(withinMs, null, { signal: patience.signal }).catch(() => null);
    const asked = fleet()
      .then((known) => known.measure([serverId]))
      .then(([measurement]) => measurement ?? null)
      .catch(() => null);
    try {
      return await Promise.race([asked, late]);
    } finally {
      patience.abort();
    }
  };
