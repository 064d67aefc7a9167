/** Records why there is no last backup; the data stays. */
import { settling } from '#lib/backups/assembly.ts';
import { markBackupFailed } from '#lib/backups/take.ts';
import { BackupFailureInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(BackupFailureInput, () => markBackupFailed(settling()));
