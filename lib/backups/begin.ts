/** Creates a backup's row and the outbox message that takes it: on request, daily, or before a destruction. */

import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { type Backup, type Beginning, type NewBackup, subjectOf } from '#lib/model/backup.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { backupCreated } from '#lib/model/items/backups.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import { requireDatabase } from '#lib/model/require.ts';

export type BeginDeps = Needs<'newId' | 'now'> & {
  readonly settings: () => { readonly keepDays: number };
};

/** The changes of a new backup, which the caller commits with its own. */
export function newBackup(deps: BeginDeps, { database, trigger, actor }: Beginning): NewBackup {
  const at = deps.now();
  const id = deps.newId('bak');
  const { teamId, id: databaseId } = database;
  const backup: Backup = {
    id,
    teamId,
    databaseId,
    databaseName: database.name,
    plan: database.plan,
    keyId: database.keyId,
    keyArn: database.keyArn,
    trigger,
    status: 'pending',
    objectKey: `${teamId}/${databaseId}/${id}`,
    objectBytes: null,
    memoryBytes: null,
    createdAt: at.toISOString(),
    finishedAt: null,
    expiresAt: plusSeconds(at, deps.settings().keepDays * 86_400).toISOString(),
    failure: null,
    version: 1,
  };
  const entry: NewEntry = {
    type: 'BackupStarted',
    actor,
    subject: subjectOf(backup),
    data: { name: database.name, backup: id, trigger },
  };
  return { backup, changes: backupCreated(backup), entry };
}

/** The outbox message that takes a backup. The destroy-database execution takes last backups itself. */
export const backupWorkflow = ({ id, teamId, databaseId }: Backup): OutboxMessage => ({
  kind: 'workflow',
  machine: 'backup-database',
  name: id,
  input: { teamId, databaseId, backupId: id },
});

export interface BackupRequest {
  readonly teamId: string;
  readonly database: string;
  readonly actor: Actor;
}

/**
 * Returns the backup while it is being taken. Throws `not_found`, `key_unusable`, `key_degraded`, and `wrong_state` for
 * a follower or a database that does not serve.
 */
export const requestBackup =
  (deps: BeginDeps & AssertReadyDeps & Needs<'findDatabase' | 'commit'>) =>
  async ({ teamId, database: nameOrId, actor }: BackupRequest): Promise<Backup> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    await assertBackupPossible(deps, database);
    const { backup, changes, entry } = newBackup(deps, { database, trigger: 'request', actor });
    await deps.commit({ teamId, at: deps.now(), changes, entries: [entry], effects: [backupWorkflow(backup)] });
    return backup;
  };

/** Throws `wrong_state` for a follower, because it may lack writes of its leader; `key_unusable`, `key_degraded`. */
export async function assertBackupPossible(deps: AssertReadyDeps, database: Database): Promise<void> {
  await assertReady(deps, database, { doing: 'be backed up', needs: ['GenerateDataKey'] });
  if (database.status !== 'following') return;
  throw wrongState(
    database.status,
    `Database ${database.name} is a follower, so it cannot be backed up. Back up its leader.`,
  );
}
