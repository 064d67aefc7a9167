/**
 * The daily visit to a stretch of databases: each gets a backup, and loses those that are past keeping. One database's trouble never keeps the
 * visit from the others: it is logged, and the next day's visit comes again.
 */

import { log } from '#lib/log.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { type Visited, visitNoted, visitsEnded } from '#lib/model/items/backups.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs, Workflows } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { assertBackupPossible, type BeginDeps, beginning, takingOf } from './begin.ts';
import { past, type RemoveDeps, removeBackup } from './retention.ts';

export type VisitDeps = Omit<BeginDeps, 'settings'> &
  RemoveDeps &
  Needs<'visitedInShard' | 'listBackups' | 'databaseById' | 'keyById' | 'commit'> & {
    readonly settings: () => { readonly keepDays: number; readonly keepCount: number };
  };

export interface Visit {
  /** The day's own name: a visit that comes twice begins no second backup. */
  readonly run: string;
  readonly shard: number;
  /** The last database of the page before. Absent or null at the shard's start; null in an answer at the shard's end. */
  readonly after?: string | null | undefined;
}

const atOnce = 25;
const actor: Actor = { kind: 'workflow', id: 'daily-backups' };

/** The visit that goes on; its `after` is null when the shard is done. */
export const visitBatch =
  (deps: VisitDeps) =>
  async ({ run, shard, after = null }: Visit): Promise<Visit> => {
    const page = await deps.visitedInShard(shard, after, atOnce);
    for (const visited of page.items) {
      try {
        await visit(deps, visited, run);
      } catch (error) {
        log.error('The daily visit failed for a database', { databaseId: visited.databaseId, error: error as Error });
      }
    }
    return { run, shard, after: page.cursor };
  };

async function visit(deps: VisitDeps, visited: Visited, run: string): Promise<void> {
  const { teamId, databaseId } = visited;
  const database = await deps.databaseById(teamId, databaseId);
  if (database && visited.lastRun !== run) await backUp(deps, { visited, database, run });
  const backups = await allOf<Backup>((cursor) => deps.listBackups(teamId, databaseId, { after: cursor, limit: 100 }));
  const going = past(backups, { at: deps.now(), keepCount: deps.settings().keepCount });
  for (const backup of going) await removeBackup(deps)(backup, actor);
  if (!database && going.length === backups.length)
    await deps.commit({ teamId, at: deps.now(), changes: [visitsEnded(visited)], entries: [] });
}

/** What cannot be backed up today is left alone. */
async function backUp(
  deps: VisitDeps,
  { visited, database, run }: { visited: Visited; database: Database; run: string },
): Promise<void> {
  try {
    await assertBackupPossible(deps, database);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.warn('A database is not backed up today', { databaseId: database.id, reason: error.message });
    return;
  }
  const { backup, changes, entry } = beginning(deps, { database, trigger: 'schedule', actor });
  await deps.commit({
    teamId: database.teamId,
    at: deps.now(),
    changes: [...changes, visitNoted(visited, run)],
    entries: [entry],
    effects: [takingOf(backup)],
  });
}

/** A schedule's event that comes twice has the same time, and so starts one visit. Source: names of executions, Step Functions API reference. */
export const beginVisits =
  ({ startWorkflow }: Pick<Workflows, 'startWorkflow'>) =>
  async ({ time }: { readonly time: string }): Promise<void> => {
    const run = time.replaceAll(/[^0-9A-Za-z-]/g, '-');
    await startWorkflow({ machine: 'daily-backups', name: `daily-${run}`, input: { run } });
  };
