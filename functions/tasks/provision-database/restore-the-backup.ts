/** Gives a database that is made from a backup its data. */

import { restoreBackup } from '#lib/backups/restore.ts';
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { restoring } from '#lib/wiring/backups.ts';

export const handler = task(DatabaseInput, () => restoreBackup(restoring()));
