/**
 * The daily visit to a page of databases: takes a backup of each and removes expired backups. A failure for one
 * database is logged and does not affect others; the next day's visit retries.
 */

import { log } from '#lib/log.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { type Visited, visitNoted, visitsEnded } from '#lib/model/items/backups.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs, Workflows } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { assertBackupPossible, type BeginDeps, backupWorkflow, newBackup } from './begin.ts';
import { expiredBackups, type RemoveDeps, removeBackup } from './retention.ts';

export type VisitDeps = Omit<BeginDeps, 'settings'> &
  RemoveDeps &
  Needs<'visitedInShard' | 'listBackups' | 'databaseById' | 'keyById' | 'commit'> & {
    readonly settings: () => { readonly keepDays: number; readonly keepCount: number };
  };

export interface Visit {
  /** The day's name, which makes a repeated visit idempotent. */
  readonly run: string;
  readonly shard: number;
  /**
   * The last database of the previous page; null at the start of a shard in a request, and at its end in a response.
   */
  readonly after?: string | null | undefined;
}

const pageSize = 25;
const actor: Actor = { kind: 'workflow', id: 'daily-backups' };

/** Returns the next visit; its `after` is null when the shard is complete. */
export const visitBatch =
  (deps: VisitDeps) =>
  async ({ run, shard, after = null }: Visit): Promise<Visit> => {
    const page = await deps.visitedInShard(shard, after, pageSize);
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
  if (database && !database.drillId && visited.lastRun !== run) await startBackup(deps, { visited, database, run });
  const backups = await allOf<Backup>((cursor) => deps.listBackups(teamId, databaseId, { after: cursor, limit: 100 }));
  const expired = expiredBackups(backups, { at: deps.now(), keepCount: deps.settings().keepCount });
  for (const backup of expired) await removeBackup(deps)(backup, actor);
  if (!database && expired.length === backups.length)
    await deps.commit({ teamId, at: deps.now(), changes: [visitsEnded(visited)] });
}

/** Skips a database that cannot be backed up now. */
async function startBackup(
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
  const { backup, changes, entry } = newBackup(deps, { database, trigger: 'schedule', actor });
  await deps.commit({
    teamId: database.teamId,
    at: deps.now(),
    changes: [...changes, visitNoted(visited, run)],
    entries: [entry],
    effects: [backupWorkflow(backup)],
  });
}

/**
 * Starts the daily visits. A duplicate of a schedule's event has the same time, and so the same execution name, which
 * Step Functions accepts once.
 */
export const beginVisits =
  ({ startWorkflow }: Pick<Workflows, 'startWorkflow'>) =>
  async ({ time }: { readonly time: string }): Promise<void> => {
    const run = time.replaceAll(/[^0-9A-Za-z-]/g, '-');
    await startWorkflow({ machine: 'daily-backups', name: `daily-${run}`, input: { run } });
  };
