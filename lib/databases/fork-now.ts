/** A follower with its current lag, as the fleet reports it within two seconds; otherwise with the stored lag. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Progress } from '#lib/model/fleet.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';

export type ForkNowDeps = Needs<'databasesById'> & NeedsFleet<'caughtUp'>;

const timeoutMs = 2000;

/** Null if the fleet does not respond within the timeout. */
async function progressOf({ fleet }: ForkNowDeps, serverId: string): Promise<Progress | null> {
  const timer = new AbortController();
  const timeout = sleep(timeoutMs, null, { signal: timer.signal }).catch(() => null);
  const response = fleet()
    .then((current) => current.caughtUp([serverId]))
    .then(([progress]) => progress ?? null)
    .catch(() => null);
  try {
    return await Promise.race([response, timeout]);
  } finally {
    timer.abort();
  }
}

/** Adds the leader's current name and the follower's current lag. */
export const forkNow =
  (deps: ForkNowDeps) =>
  async (database: Database): Promise<Database> => {
    const { fork, teamId, serverId, status } = database;
    if (!fork) return database;
    const progressRequest = status === 'creating' ? null : progressOf(deps, serverId);
    const [progress, [leader]] = await Promise.all([progressRequest, deps.databasesById(teamId, [fork.leaderId])]);
    const observed: Partial<Fork> =
      progress?.state === 'following'
        ? { link: progress.link, lagBytes: progress.lagBytes, caughtUp: progress.caughtUp }
        : {};
    return { ...database, fork: { ...fork, ...observed, leaderName: leader?.name ?? fork.leaderName } };
  };
