/** A follower as it is now: the fleet is asked, for two seconds at most, and what is on record stands in where it does not answer. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Progress } from '#lib/model/fleet.ts';
import type { Needs } from '#lib/model/ports.ts';

export type ForkNowDeps = Needs<'databasesById' | 'fleet'>;

const withinMs = 2000;

/** Null: nobody says within the time. */
async function progressOf({ fleet }: ForkNowDeps, serverId: string): Promise<Progress | null> {
  const patience = new AbortController();
  const late = sleep(withinMs, null, { signal: patience.signal }).catch(() => null);
  const asked = fleet()
    .then((known) => known.caughtUp([serverId]))
    .then(([progress]) => progress ?? null)
    .catch(() => null);
  try {
    return await Promise.race([asked, late]);
  } finally {
    patience.abort();
  }
}

/** The database with its leader's name of today, and with what the fleet says of its lag. */
export const forkNow =
  (deps: ForkNowDeps) =>
  async (database: Database): Promise<Database> => {
    const { fork, teamId, serverId, status } = database;
    if (!fork) return database;
    const asked = status === 'creating' ? null : progressOf(deps, serverId);
    const [progress, [leader]] = await Promise.all([asked, deps.databasesById(teamId, [fork.leaderId])]);
    const seen: Partial<Fork> =
      progress?.state === 'following'
        ? { link: progress.link, lagBytes: progress.lagBytes, caughtUp: progress.caughtUp }
        : {};
    return { ...database, fork: { ...fork, ...seen, leaderName: leader?.name ?? fork.leaderName } };
  };
