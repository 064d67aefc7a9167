/** A backup that was not recorded leaves no object behind. */
import { removeObject } from '#lib/aws/backups.ts';
import { discardBackup } from '#lib/backups/take.ts';
import { BackupInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { settling } from '#lib/wiring/backups.ts';

export const handler = task(BackupInput, () => discardBackup({ ...settling(), remove: removeObject }));
