/** The steps that back up a database once more and remove it. They are one function: one machine runs them all. */
import { BackupFailureInput, BackupInput, DatabaseInput, TakenInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as backups from '#lib/wiring/backups.ts';
import * as steps from '#lib/wiring/database-steps.ts';

export const handler = task(() => ({
  'Take the last backup': step(BackupInput, backups.take()),
  'Record the last backup': step(TakenInput, backups.record()),
  'Mark the last backup as failed': step(BackupFailureInput, backups.markFailed()),
  'Terminate the server': step(DatabaseInput, steps.terminate()),
  'Retire the grant': step(DatabaseInput, steps.retire()),
  'Forget the database': step(DatabaseInput, steps.forget()),
}));
