/**
 * Looking after followers and promotions, once a minute: what a follower's link and lag have become is noted when it changes, and a promotion
 * whose execution is gone gets another.
 */
import { type Clock, isRecent } from '#lib/clock.ts';
import type { Fleet, Progress } from '#lib/fleet/port.ts';
import { log } from '#lib/log.ts';
import type { MachineName } from '#lib/outbox/effect.ts';
import type { Record } from '#lib/outbox/record.ts';
import { againOnConflict } from '#lib/store/conflict.ts';
import { databaseSaved } from '#lib/store/databases.ts';
import type { Page } from '#lib/store/table.ts';
import { type Watched, watchEnded } from '#lib/store/watched.ts';
import type { Actor, NewEntry } from '#lib/timeline/entry.ts';
import { subjectOf } from './create.ts';
import type { Database, Fork } from './database.ts';
import { executionOf, workflowFor } from './promote.ts';

export interface ForkWatchDeps {
  readonly watchedDatabases: (after: string | null) => Promise<Page<Watched>>;
  readonly databaseById: (teamId: string, id: string) => Promise<Database | null>;
  readonly isRunning: (machine: MachineName, name: string) => Promise<boolean>;
  readonly fleet: () => Promise<Fleet>;
  readonly record: Record;
  readonly now: Clock;
}

const actor: Actor = { kind: 'sweep', id: 'forks' };
/** A follower that has no link yet may be starting, and so may an execution. */
const startUpMs = 60_000;

/** One database's trouble never keeps the watch from the others. */
export const watchForks = (deps: ForkWatchDeps) => async (): Promise<void> => {
  let after: string | null = null;
  do {
    const page: Page<Watched> = await deps.watchedDatabases(after);
    for (const watched of page.items) {
      await watchOne(deps, watched).catch((error: unknown) => {
        log.error('A fork could not be looked after', { databaseId: watched.databaseId, error: error as Error });
      });
    }
    after = page.cursor;
  } while (after);
};

const watchOne = (deps: ForkWatchDeps, { teamId, databaseId }: Watched): Promise<void> =>
  againOnConflict(async () => {
    const database = await deps.databaseById(teamId, databaseId);
    if (!database || (!database.fork && !database.promotion)) return forget(deps, { teamId, databaseId });
    if (database.promotion) return resume(deps, database);
    if (database.fork && database.status === 'following') return note(deps, database, database.fork);
  });

const forget = (deps: ForkWatchDeps, { teamId, databaseId }: Watched): Promise<void> =>
  deps.record({ teamId, at: deps.now(), changes: [watchEnded({ id: databaseId })], entries: [] });

async function resume(deps: ForkWatchDeps, database: Database): Promise<void> {
  const { promotion, teamId } = database;
  const at = deps.now();
  if (!promotion || isRecent(promotion.runAt, at, startUpMs)) return;
  if (await deps.isRunning('promote-database', executionOf(database, promotion))) return;
  const next = { ...promotion, run: promotion.run + 1, runAt: at.toISOString() };
  const changes = [databaseSaved({ ...database, promotion: next })];
  await deps.record({ teamId, at, changes, entries: [], effects: [workflowFor(database, next)] });
}

async function note(deps: ForkWatchDeps, database: Database, fork: Fork): Promise<void> {
  const [progress] = await (await deps.fleet()).caughtUp([database.serverId]);
  if (!progress) return;
  const at = deps.now();
  const starting = fork.link === 'connecting' && isRecent(fork.since, at, startUpMs);
  const link = progress.link === 'down' && starting ? 'connecting' : progress.link;
  const noted: Fork = { ...fork, link, lagBytes: progress.lagBytes, caughtUp: progress.caughtUp };
  const entries = news(database, { before: fork, noted, progress });
  if (entries.length === 0) return;
  await deps.record({ teamId: database.teamId, at, changes: [databaseSaved({ ...database, fork: noted })], entries });
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
  if (turned && noted.link === 'down') entries.push({ type: 'ForkStalled', actor, subject, data: { ...data, detail: progress.detail } });
  if (before.link === 'down' && noted.link === 'up') entries.push({ type: 'ForkResumed', actor, subject, data });
  if (noted.caughtUp && !before.caughtUp) entries.push({ type: 'ForkCaughtUp', actor, subject, data });
  return entries;
}
