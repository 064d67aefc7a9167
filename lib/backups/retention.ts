/** How long backups are kept: every one for its days, and of a database's scheduled ones the newest so many. */

import { type Backup, subjectOf } from '#lib/model/backup.ts';
import type { Actor } from '#lib/model/entry.ts';
import { backupRemoved, backupSaved } from '#lib/model/items/backups.ts';
import type { Needs } from '#lib/model/ports.ts';

export interface Keeping {
  readonly at: Date;
  readonly keepCount: number;
}

/** Those of one database that go now. Those half removed go at once. Pure. */
export function past(backups: readonly Backup[], { at, keepCount }: Keeping): Backup[] {
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

/** First it can't be used any more, then the object goes, then the row: cut short anywhere, the next visit ends it. */
export const removeBackup =
  (deps: RemoveDeps) =>
  async (backup: Backup, actor: Actor): Promise<void> => {
    const { teamId } = backup;
    const going =
      backup.status === 'removing' ? backup : { ...backup, status: 'removing' as const, version: backup.version + 1 };
    if (going !== backup)
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [backupSaved({ ...going, version: backup.version })],
        entries: [],
      });
    await deps.remove(backup.objectKey);
    await deps.commit({
      teamId,
      at: deps.now(),
      changes: backupRemoved(going),
      entries: [
        {
          type: 'BackupRemoved',
          actor,
          subject: subjectOf(backup),
          data: { name: backup.databaseName, backup: backup.id },
        },
      ],
    });
  };
