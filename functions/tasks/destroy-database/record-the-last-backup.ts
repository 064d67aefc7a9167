/** From here on the last backup can be restored. */

import { recordBackup } from '#lib/backups/take.ts';
import { TakenInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { settling } from '#lib/wiring/backups.ts';

export const handler = task(TakenInput, () => recordBackup(settling()));
