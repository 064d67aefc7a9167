/** Retention: a backup expires after its days, and a scheduled backup also when enough newer ones exist. */

import { type Backup, subjectOf } from '#lib/model/backup.ts';
import type { Actor } from '#lib/model/entry.ts';
import { backupRemoved, backupSaved } from '#lib/model/items/backups.ts';
import type { Needs } from '#lib/model/ports.ts';

/** The backups of one database to remove now, including those whose removal was interrupted. Pure. */
export function expiredBackups(
  backups: readonly Backup[],
  { at, keepCount }: { at: Date; keepCount: number },
): Backup[] {
  const scheduled = backups
    .filter(({ status, trigger }) => status === 'available' && trigger === 'schedule')
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const surplus = new Set(scheduled.slice(keepCount));
  return backups.filter(
    (backup) => backup.status === 'removing' || surplus.has(backup) || backup.expiresAt <= at.toISOString(),
  );
}

export type RemoveDeps = Needs<'commit' | 'now'> & {
  readonly remove: (objectKey: string) => Promise<void>;
};

/** Marks the backup, deletes the object, then the row, so that the next visit completes an interrupted removal. */
export const removeBackup =
  (deps: RemoveDeps) =>
  async (backup: Backup, actor: Actor): Promise<void> => {
    const { teamId } = backup;
    const removing =
      backup.status === 'removing' ? backup : { ...backup, status: 'removing' as const, version: backup.version + 1 };
    if (removing !== backup)
      await deps.commit({ teamId, at: deps.now(), changes: [backupSaved({ ...removing, version: backup.version })] });
    await deps.remove(backup.objectKey);
    const data = { name: backup.databaseName, backup: backup.id };
    await deps.commit({
      teamId,
      at: deps.now(),
      changes: backupRemoved(removing),
      entries: [{ type: 'BackupRemoved', actor, subject: subjectOf(backup), data }],
    });
  };
