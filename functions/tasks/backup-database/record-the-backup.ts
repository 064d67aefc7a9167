/** From here on the backup can be restored. */
import { settling } from '#lib/backups/assembly.ts';
import { recordBackup } from '#lib/backups/take.ts';
import { TakenInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(TakenInput, () => recordBackup(settling()));
