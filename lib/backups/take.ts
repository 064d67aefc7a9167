/**
 * The steps of backup-database: the fleet saves, encrypts and stores the data, then the row becomes available. A final
 * failure deletes a partial object.
 */

import { type Backup, refOf, subjectOf } from '#lib/model/backup.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { backupSaved } from '#lib/model/items/backups.ts';
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { notFound, Problem, wrongState } from '#lib/model/problem.ts';
import { requireDatabaseById } from '#lib/model/require.ts';

export interface BackupStepRef {
  readonly teamId: string;
  readonly databaseId: string;
  readonly backupId: string;
}

type BackupDeps = Needs<'backupById'>;

const actor: Actor = { kind: 'workflow', id: 'backup-database' };

async function backupOf({ backupById }: BackupDeps, { teamId, backupId }: BackupStepRef): Promise<Backup> {
  const backup = await backupById(teamId, backupId);
  if (!backup) throw notFound('backup', backupId);
  return backup;
}

export interface StoredBackup {
  readonly objectBytes: number;
  readonly memoryBytes: number;
}

/** The longest that a backup may take before it counts as failed. */
const timeoutSeconds = 6 * 3600;

/** Whether the backup is stored, or the step must be repeated. */
export type Progress = ({ readonly stored: true } & StoredBackup) | { readonly stored: false };

/**
 * Idempotent. Throws `Transient` for a failure that may pass; `wrong_state`, `key_unusable`, `not_found` if the backup
 * cannot be taken any more.
 */
export const takeBackup =
  (deps: BackupDeps & Needs<'databaseById' | 'platformKeyArn' | 'now'> & NeedsFleet<'backup'>) =>
  async (ref: BackupStepRef): Promise<Progress> => {
    const backup = await backupOf(deps, ref);
    const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
    assertStillServes(backup, database);
    const backupRequest = { serverId: database.serverId, backup: refOf(backup, deps.platformKeyArn()) };
    const [response] = await (await deps.fleet()).backup([backupRequest]);
    if (response?.state === 'done')
      return { stored: true, objectBytes: response.objectBytes, memoryBytes: response.memoryBytes };
    if (response?.state === 'failed') assertDone([response]);
    if (deps.now() > plusSeconds(new Date(backup.createdAt), timeoutSeconds))
      throw new Problem('unavailable', `It was not stored within ${timeoutSeconds / 3600} hours.`);
    return { stored: false };
  };

/** A lockout or a destruction may have begun since the request. */
function assertStillServes({ trigger }: Backup, { name, status }: Database): void {
  if (status === 'available' || (status === 'destroying' && trigger === 'destroy')) return;
  throw wrongState(status, `Database ${name} is ${status} now, so it cannot be backed up.`);
}

export type SettleDeps = BackupDeps & Needs<'commit' | 'now'>;

/** Marks the backup as available for restores. */
export const recordBackup =
  (deps: SettleDeps) =>
  ({ taken, ...ref }: BackupStepRef & { readonly taken: StoredBackup }): Promise<void> =>
    retryOnConflict(async () => {
      const backup = await backupOf(deps, ref);
      if (backup.status !== 'pending') return;
      const at = deps.now();
      const data = {
        name: backup.databaseName,
        backup: backup.id,
        bytes: taken.objectBytes,
        expiresAt: backup.expiresAt,
      };
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [backupSaved({ ...backup, ...taken, status: 'available', finishedAt: at.toISOString() })],
        entries: [{ type: 'BackupTaken', actor, subject: subjectOf(backup), data }],
      });
    });

/** Deletes the object only if the backup never became available. */
export const discardBackup =
  (deps: BackupDeps & { readonly remove: (objectKey: string) => Promise<void> }) =>
  async (ref: BackupStepRef): Promise<void> => {
    const backup = await deps.backupById(ref.teamId, ref.backupId);
    if (backup?.status === 'pending' || backup?.status === 'failed') await deps.remove(backup.objectKey);
  };

/** Does nothing for a backup that became available or was removed in the meantime, so that the execution can end. */
export const markBackupFailed =
  (deps: SettleDeps) =>
  ({ error, ...ref }: BackupStepRef & { error: { Error: string; Cause?: string | undefined } }): Promise<void> =>
    retryOnConflict(async () => {
      const backup = await deps.backupById(ref.teamId, ref.backupId);
      if (backup?.status !== 'pending') return;
      const at = deps.now();
      const failure = { reason: error.Error, detail: detailOf(error.Cause) };
      const data = { name: backup.databaseName, backup: backup.id, ...failure };
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [backupSaved({ ...backup, status: 'failed', finishedAt: at.toISOString(), failure })],
        entries: [{ type: 'BackupFailed', actor, subject: subjectOf(backup), data }],
      });
    });
