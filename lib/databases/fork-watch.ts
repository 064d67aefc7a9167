/**
 * The fork watch runs once a minute. It restarts promotions without an execution, and records changes of followers'
 * links and lags. Promotions come first, followers are queried in batches, and teams are interleaved, so that neither
 * an unresponsive server nor a team with many followers delays another team.
 */

import { log } from '#lib/log.ts';
import { chunks } from '#lib/model/chunks.ts';
import { isRecent } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { isUnderWay } from '#lib/model/execution.ts';
import type { Fleet, Progress } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { type Watched, watchEnded } from '#lib/model/items/watched.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { subjectOf } from './create.ts';
import { executionOf, workflowFor } from './promote.ts';

export type ForkWatchDeps = Needs<'watchedDatabases' | 'databaseById' | 'isRunning' | 'commit' | 'now'> &
  NeedsFleet<'caughtUp'>;

const actor: Actor = { kind: 'sweep', id: 'forks' };
/** A follower without a link may be starting for this long. */
const startUpMs = 60_000;
/** The limit of one SSM command. */
const batchSize = 50;
const batchesAtOnce = 4;
/** No batch starts later, so that the last one ends within the function's timeout. */
const budgetMs = 40_000;

/** A failure for one database does not affect others. */
export const watchForks = (deps: ForkWatchDeps) => async (): Promise<void> => {
  const startedAt = deps.now();
  const databases = await watchedNow(deps);
  const promoting = databases.filter(({ promotion }) => promotion);
  const following = databases.filter(({ promotion, fork, status }) => !promotion && fork && status === 'following');
  for (const batch of chunks(promoting, batchSize)) await forEachIsolated(batch, (database) => resume(deps, database));
  const batches = chunks(interleaveTeams(following, Math.floor(startedAt.getTime() / 60_000)), batchSize);
  for (const batchGroup of chunks(batches, batchesAtOnce)) {
    if (deps.now().getTime() - startedAt.getTime() > budgetMs)
      return log.warn('The fork watch ran out of time', { followers: following.length });
    await Promise.all(batchGroup.map((batch) => updateBatch(deps, batch)));
  }
};

/** All databases under watch. Rows of databases that settled are removed. */
async function watchedNow(deps: ForkWatchDeps): Promise<Database[]> {
  const databases: Database[] = [];
  let after: string | null = null;
  do {
    const page: Page<Watched> = await deps.watchedDatabases(after);
    await forEachIsolated(page.items, async ({ teamId, databaseId }) => {
      const database = await deps.databaseById(teamId, databaseId);
      if (database && (database.fork || database.promotion)) databases.push(database);
      else await stopWatching(deps, { teamId, databaseId });
    });
    after = page.cursor;
  } while (after);
  return databases;
}

/**
 * Interleaves the teams and rotates the order each minute, so that a lack of time does not always affect the same
 * databases.
 */
export function interleaveTeams<T extends Pick<Database, 'teamId'>>(databases: readonly T[], minute: number): T[] {
  const byTeam = [...Map.groupBy(databases, ({ teamId }) => teamId).values()];
  const rounds = Math.max(0, ...byTeam.map(({ length }) => length));
  const rotate = <E>(items: readonly E[]): E[] => {
    const first = items.length > 0 ? minute % items.length : 0;
    return [...items.slice(first), ...items.slice(0, first)];
  };
  const rotated = rotate(byTeam).map(rotate);
  return Array.from({ length: rounds }, (_, round) =>
    rotated.flatMap((databasesOfTeam) => databasesOfTeam.slice(round, round + 1)),
  ).flat();
}

async function forEachIsolated<T extends { readonly teamId: string }>(
  items: readonly T[],
  operation: (item: T) => Promise<void>,
): Promise<void> {
  await Promise.all(
    items.map((item) =>
      operation(item).catch((error: unknown) => {
        log.error('The fork watch failed for a database', { teamId: item.teamId, error: error as Error });
      }),
    ),
  );
}

/** Stops watching a database. A concurrent change is left to the next minute. */
const stopWatching = (deps: ForkWatchDeps, { teamId, databaseId }: Watched): Promise<void> =>
  deps.commit({ teamId, at: deps.now(), changes: [watchEnded({ id: databaseId })] });

async function resume(deps: ForkWatchDeps, { teamId, id }: Database): Promise<void> {
  await retryOnConflict(async () => {
    const database = await deps.databaseById(teamId, id);
    if (!database?.promotion) return;
    const { promotion } = database;
    const name = executionOf(database, promotion);
    if (await isUnderWay(deps, { machine: 'promote-database', name, requestedAt: promotion.runAt })) return;
    const at = deps.now();
    const next = { ...promotion, run: promotion.run + 1, runAt: at.toISOString() };
    const changes = [databaseSaved({ ...database, promotion: next })];
    await deps.commit({ teamId, at, changes, effects: [workflowFor(database, next)] });
  });
}

async function updateBatch(deps: ForkWatchDeps, databases: readonly Database[]): Promise<void> {
  const progress = await progressOf(
    await deps.fleet(),
    databases.map(({ serverId }) => serverId),
  );
  const byServer = new Map(progress.map((each) => [each.serverId, each]));
  await forEachIsolated(databases, async (database) => {
    const current = byServer.get(database.serverId);
    if (current) await updateFork(deps, database, current);
  });
}

/** Splits a batch that fails as a whole, so that a faulty server does not hide the progress of others. */
async function progressOf(fleet: Pick<Fleet, 'caughtUp'>, serverIds: readonly string[]): Promise<Progress[]> {
  try {
    return await fleet.caughtUp(serverIds);
  } catch (error) {
    if (serverIds.length === 1) {
      log.error('A follower could not be queried', { serverId: serverIds[0], error: error as Error });
      return [];
    }
    const halves = chunks(serverIds, Math.ceil(serverIds.length / 2));
    return (await Promise.all(halves.map((half) => progressOf(fleet, half)))).flat();
  }
}

async function updateFork(deps: ForkWatchDeps, read: Database, progress: Progress): Promise<void> {
  let cached: Database | null = read;
  await retryOnConflict(async () => {
    const database = cached ?? (await deps.databaseById(read.teamId, read.id));
    cached = null;
    if (!database?.fork || database.promotion || database.status !== 'following') return;
    const { fork } = database;
    const at = deps.now();
    const starting = fork.link === 'connecting' && isRecent(fork.since, at, startUpMs);
    const link = progress.link === 'down' && starting ? 'connecting' : progress.link;
    const updated: Fork = { ...fork, link, lagBytes: progress.lagBytes, caughtUp: progress.caughtUp };
    const entries = changeEntries(database, { before: fork, updated, progress });
    if (entries.length === 0) return;
    await deps.commit({
      teamId: database.teamId,
      at,
      changes: [databaseSaved({ ...database, fork: updated })],
      entries,
    });
  });
}

/** Entries for changes of the link, and for the first time that the follower has caught up. */
export function changeEntries(
  database: Database,
  { before, updated, progress }: { before: Fork; updated: Fork; progress: Pick<Progress, 'detail'> },
): NewEntry[] {
  const subject = subjectOf(database);
  const data = { name: database.name, leader: before.leaderName };
  const hasChanged = before.link !== updated.link;
  const entries: NewEntry[] = [];
  if (hasChanged && updated.link === 'down')
    entries.push({ type: 'ForkStalled', actor, subject, data: { ...data, detail: progress.detail } });
  if (before.link === 'down' && updated.link === 'up') entries.push({ type: 'ForkResumed', actor, subject, data });
  if (updated.caughtUp && !before.caughtUp) entries.push({ type: 'ForkCaughtUp', actor, subject, data });
  return entries;
}
