/** The steps that take a backup: the fleet saves, encrypts and stores; then the row says so. What fails for good leaves no half object. */

import { type Backup, refOf, subjectOf } from '#lib/model/backup.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { backupSaved } from '#lib/model/items/backups.ts';
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';
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

export type TakeDeps = BackupDeps & Needs<'databaseById' | 'fleet' | 'platformKeyArn' | 'now'>;

export interface Taken {
  readonly objectBytes: number;
  readonly memoryBytes: number;
}

/** A big one takes its time; one that takes longer has stopped moving. */
const patienceSeconds = 6 * 3600;

/** Whether the store has it by now, or it must be asked for again. */
export type Progress = ({ readonly stored: true } & Taken) | { readonly stored: false };

/** May run twice. Throws `Transient` for what may pass; `wrong_state`, `key_unusable`, `not_found` when it can't be taken any more. */
export const takeBackup =
  (deps: TakeDeps) =>
  async (ref: BackupStepRef): Promise<Progress> => {
    const backup = await backupOf(deps, ref);
    const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
    refuseGone(backup, database);
    const order = { serverId: database.serverId, backup: refOf(backup, deps.platformKeyArn()) };
    const [taken] = await (await deps.fleet()).backup([order]);
    if (taken?.state === 'done')
      return { stored: true, objectBytes: taken.objectBytes, memoryBytes: taken.memoryBytes };
    if (taken?.state === 'failed') assertDone([taken]);
    if (deps.now() > plusSeconds(new Date(backup.createdAt), patienceSeconds))
      throw new Problem('unavailable', `It was not stored within ${patienceSeconds / 3600} hours.`);
    return { stored: false };
  };

/** A lockout, or a destruction, may have come in between. */
function refuseGone({ trigger }: Backup, { name, status }: Database): void {
  if (status === 'available' || (status === 'destroying' && trigger === 'destroy')) return;
  throw new Problem('wrong_state', `Database ${name} is ${status} by now, so it cannot be backed up.`, {
    state: status,
  });
}

export type SettleDeps = BackupDeps & Needs<'commit' | 'now'>;

/** From here on it can be restored. */
export const recordBackup =
  (deps: SettleDeps) =>
  ({ taken, ...ref }: BackupStepRef & { readonly taken: Taken }): Promise<void> =>
    retryOnConflict(async () => {
      const backup = await backupOf(deps, ref);
      if (backup.status !== 'pending') return;
      const at = deps.now();
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [backupSaved({ ...backup, ...taken, status: 'available', finishedAt: at.toISOString() })],
        entries: [
          {
            type: 'BackupTaken',
            actor,
            subject: subjectOf(backup),
            data: {
              name: backup.databaseName,
              backup: backup.id,
              bytes: taken.objectBytes,
              expiresAt: backup.expiresAt,
            },
          },
        ],
      });
    });

/** Only what was never recorded is removed. */
export const discardBackup =
  (deps: BackupDeps & { readonly remove: (objectKey: string) => Promise<void> }) =>
  async (ref: BackupStepRef): Promise<void> => {
    const backup = await deps.backupById(ref.teamId, ref.backupId);
    if (backup?.status === 'pending' || backup?.status === 'failed') await deps.remove(backup.objectKey);
  };

export interface MarkBackupFailed extends BackupStepRef {
  readonly error: { readonly Error: string; readonly Cause?: string | undefined };
}

/** Nothing is left to say of one that was recorded after all, or was even removed since: else the cleaning up would be tried for ever. */
export const markBackupFailed =
  (deps: SettleDeps) =>
  ({ error, ...ref }: MarkBackupFailed): Promise<void> =>
    retryOnConflict(async () => {
      const backup = await deps.backupById(ref.teamId, ref.backupId);
      if (backup?.status !== 'pending') return;
      const at = deps.now();
      const failure = { reason: error.Error, detail: detailOf(error.Cause) };
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [backupSaved({ ...backup, status: 'failed', finishedAt: at.toISOString(), failure })],
        entries: [
          {
            type: 'BackupFailed',
            actor,
            subject: subjectOf(backup),
            data: { name: backup.databaseName, backup: backup.id, ...failure },
          },
        ],
      });
    });
