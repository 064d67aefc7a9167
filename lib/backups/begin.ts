/** Beginning a backup: its row, and the promise to take it. On request, by the daily visit, or as the last one of a database that goes. */

import { type Backup, type Beginning, type NewBackup, subjectOf } from '#lib/model/backup.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { backupCreated } from '#lib/model/items/backups.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { assertReady, type ReadinessDeps } from '#lib/model/readiness.ts';
import { requireDatabase } from '#lib/model/require.ts';

export type BeginDeps = Needs<'newId' | 'now'> & {
  readonly settings: () => { readonly keepDays: number };
};

/** What a new backup writes; the caller commits it, with what else belongs to it. */
export function beginning(deps: BeginDeps, { database, trigger, actor }: Beginning): NewBackup {
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

/** The effect that takes it; a last backup is taken by the database's own destruction instead. */
export const takingOf = ({ id, teamId, databaseId }: Backup): OutboxMessage => ({
  kind: 'workflow',
  machine: 'backup-database',
  name: id,
  input: { teamId, databaseId, backupId: id },
});

export type RequestBackupDeps = BeginDeps & ReadinessDeps & Needs<'findDatabase' | 'commit'>;

export interface BackupRequest {
  readonly teamId: string;
  readonly database: string;
  readonly actor: Actor;
}

/** The backup, being taken. Throws `not_found`, `key_unusable`, `wrong_state` unless the database serves on its own. */
export const requestBackup =
  (deps: RequestBackupDeps) =>
  async ({ teamId, database: nameOrId, actor }: BackupRequest): Promise<Backup> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    await assertBackupPossible(deps, database);
    const { backup, changes, entry } = beginning(deps, { database, trigger: 'request', actor });
    await deps.commit({ teamId, at: deps.now(), changes, entries: [entry], effects: [takingOf(backup)] });
    return backup;
  };

/** A follower may lack what its leader has, so its data is nobody's backup. */
export async function assertBackupPossible(deps: ReadinessDeps, database: Database): Promise<void> {
  await assertReady(deps, database, 'be backed up');
  if (database.status !== 'following') return;
  throw new Problem(
    'wrong_state',
    `Database ${database.name} follows another one, so it cannot be backed up. Back up its leader.`,
    {
      state: database.status,
    },
  );
}
