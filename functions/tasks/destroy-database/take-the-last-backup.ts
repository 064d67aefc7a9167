/** Saves the database once more, before anything of it goes. */
import { taking } from '#lib/backups/assembly.ts';
import { takeBackup } from '#lib/backups/take.ts';
import { BackupInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(BackupInput, () => takeBackup(taking()));
