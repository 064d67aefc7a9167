/**
 * The steps of a backup, and those that clean up after one that failed. They are one function: one machine runs them
 * all.
 */
import { BackupFailureInput, BackupInput, TakenInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as backups from '#lib/wiring/backups.ts';

export const handler = task(() => ({
  'Save and store the data': step(BackupInput, backups.take()),
  'Record the backup': step(TakenInput, backups.record()),
  'Remove what is stored': step(BackupInput, backups.discard()),
  'Mark the backup as failed': step(BackupFailureInput, backups.markFailed()),
}));
