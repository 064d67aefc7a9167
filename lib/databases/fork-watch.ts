/**
 * The fork watch runs once a minute. It restarts promotions whose execution is gone, and records changes of followers'
 * links and lags. Promotions come first, followers are queried in batches, and teams are interleaved, so that neither
 * an unresponsive server nor a team with many followers delays another team.
 */

import { log } from '#lib/log.ts';
import { chunks } from '#lib/model/chunks.ts';
import { isRecent } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { Fleet, Progress } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { type Watched, watchEnded } from '#lib/model/items/watched.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { subjectOf } from './create.ts';
import { executionOf, workflowFor } from './promote.ts';

export type ForkWatchDeps = Needs<'watchedDatabases' | 'databaseById' | 'isRunning' | 'fleet' | 'commit' | 'now'>;

const actor: Actor = { kind: 'sweep', id: 'forks' };
/** A follower that has no link yet may be starting, and so may an execution. */
const startUpMs = 60_000;
/** The limit of one SSM command. */
const batchSize = 50;
const batchesAtOnce = 4;
/** No batch begins later, so that the last one ends within the function's time-out. */
const budgetMs = 40_000;

/** One database's failure never keeps the watch from the others. */
export const watchForks = (deps: ForkWatchDeps) => async (): Promise<void> => {
  const startedAt = deps.now();
  const databases = await watchedNow(deps);
  const promoting = databases.filter(({ promotion }) => promotion);
  const following = databases.filter(({ promotion, fork, status }) => !promotion && fork && status === 'following');
  for (const batch of chunks(promoting, batchSize)) await eachAlone(batch, (database) => resume(deps, database));
  const batches = chunks(inTurns(following, Math.floor(startedAt.getTime() / 60_000)), batchSize);
  for (const several of chunks(batches, batchesAtOnce)) {
    if (deps.now().getTime() - startedAt.getTime() > budgetMs)
      return log.warn('The fork watch ran out of time', { followers: following.length });
    await Promise.all(several.map((batch) => noteBatch(deps, batch)));
  }
};

/** All databases under watch. Rows of databases that settled are removed. */
async function watchedNow(deps: ForkWatchDeps): Promise<Database[]> {
  const databases: Database[] = [];
  let after: string | null = null;
  do {
    const page: Page<Watched> = await deps.watchedDatabases(after);
    await eachAlone(page.items, async ({ teamId, databaseId }) => {
      const database = await deps.databaseById(teamId, databaseId);
      if (database && (database.fork || database.promotion)) databases.push(database);
      else await forget(deps, { teamId, databaseId });
    });
    after = page.cursor;
  } while (after);
  return databases;
}

/**
 * Interleaves the teams and rotates the order each minute, so that a lack of time does not always affect the same
 * databases.
 */
export function inTurns<T extends Pick<Database, 'teamId'>>(databases: readonly T[], minute: number): T[] {
  const byTeam = [...Map.groupBy(databases, ({ teamId }) => teamId).values()];
  const rounds = Math.max(0, ...byTeam.map(({ length }) => length));
  const shift = <E>(items: readonly E[]): E[] => {
    const first = items.length > 0 ? minute % items.length : 0;
    return [...items.slice(first), ...items.slice(0, first)];
  };
  const shifted = shift(byTeam).map(shift);
  return Array.from({ length: rounds }, (_, round) => shifted.flatMap((own) => own.slice(round, round + 1))).flat();
}

async function eachAlone<T extends { readonly teamId: string }>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  await Promise.all(
    items.map((item) =>
      work(item).catch((error: unknown) => {
        log.error('The fork watch failed for a database', { teamId: item.teamId, error: error as Error });
      }),
    ),
  );
}

/** Stops watching a database. A concurrent change is left to the next minute. */
const forget = (deps: ForkWatchDeps, { teamId, databaseId }: Watched): Promise<void> =>
  deps.commit({ teamId, at: deps.now(), changes: [watchEnded({ id: databaseId })], entries: [] });

async function resume(deps: ForkWatchDeps, { teamId, id }: Database): Promise<void> {
  await retryOnConflict(async () => {
    const database = await deps.databaseById(teamId, id);
    const at = deps.now();
    if (!database?.promotion || isRecent(database.promotion.runAt, at, startUpMs)) return;
    const { promotion } = database;
    if (await deps.isRunning('promote-database', executionOf(database, promotion))) return;
    const next = { ...promotion, run: promotion.run + 1, runAt: at.toISOString() };
    const changes = [databaseSaved({ ...database, promotion: next })];
    await deps.commit({ teamId, at, changes, entries: [], effects: [workflowFor(database, next)] });
  });
}

async function noteBatch(deps: ForkWatchDeps, databases: readonly Database[]): Promise<void> {
  const progress = await progressOf(
    await deps.fleet(),
    databases.map(({ serverId }) => serverId),
  );
  const byServer = new Map(progress.map((each) => [each.serverId, each]));
  await eachAlone(databases, async (database) => {
    const found = byServer.get(database.serverId);
    if (found) await note(deps, database, found);
  });
}

/** Splits a batch that fails as a whole, so that a faulty server does not hide the progress of others. */
async function progressOf(fleet: Fleet, serverIds: readonly string[]): Promise<Progress[]> {
  try {
    return await fleet.caughtUp(serverIds);
  } catch (error) {
    if (serverIds.length === 1) {
      log.error('A follower could not be asked', { serverId: serverIds[0], error: error as Error });
      return [];
    }
    const halves = chunks(serverIds, Math.ceil(serverIds.length / 2));
    return (await Promise.all(halves.map((half) => progressOf(fleet, half)))).flat();
  }
}

async function note(deps: ForkWatchDeps, read: Database, progress: Progress): Promise<void> {
  let known: Database | null = read;
  await retryOnConflict(async () => {
    const database = known ?? (await deps.databaseById(read.teamId, read.id));
    known = null;
    if (!database?.fork || database.promotion || database.status !== 'following') return;
    const { fork } = database;
    const at = deps.now();
    const starting = fork.link === 'connecting' && isRecent(fork.since, at, startUpMs);
    const link = progress.link === 'down' && starting ? 'connecting' : progress.link;
    const noted: Fork = { ...fork, link, lagBytes: progress.lagBytes, caughtUp: progress.caughtUp };
    const entries = news(database, { before: fork, noted, progress });
    if (entries.length === 0) return;
    await deps.commit({ teamId: database.teamId, at, changes: [databaseSaved({ ...database, fork: noted })], entries });
  });
}

/** What somebody should know that was not noted before. */
export function news(
  database: Database,
  { before, noted, progress }: { before: Fork; noted: Fork; progress: Pick<Progress, 'detail'> },
): NewEntry[] {
  const subject = subjectOf(database);
  const data = { name: database.name, leader: before.leaderName };
  const turned = before.link !== noted.link;
  const entries: NewEntry[] = [];
  if (turned && noted.link === 'down')
    entries.push({ type: 'ForkStalled', actor, subject, data: { ...data, detail: progress.detail } });
  if (before.link === 'down' && noted.link === 'up') entries.push({ type: 'ForkResumed', actor, subject, data });
  if (noted.caughtUp && !before.caughtUp) entries.push({ type: 'ForkCaughtUp', actor, subject, data });
  return entries;
}
