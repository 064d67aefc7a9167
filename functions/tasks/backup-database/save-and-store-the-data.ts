/** Saves the service, encrypts the snapshot and stores it. */

import { takeBackup } from '#lib/backups/take.ts';
import { BackupInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { taking } from '#lib/wiring/backups.ts';

export const handler = task(BackupInput, () => takeBackup(taking()));
