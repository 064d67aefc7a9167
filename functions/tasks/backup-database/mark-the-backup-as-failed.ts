/** Records why there is no backup. */

import { markBackupFailed } from '#lib/backups/take.ts';
import { BackupFailureInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { settling } from '#lib/wiring/backups.ts';

export const handler = task(BackupFailureInput, () => markBackupFailed(settling()));
