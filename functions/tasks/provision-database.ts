/**
 * The steps that create a database, and those that undo a creation. They are one function: one machine runs them all.
 */
import { DatabaseInput, FailureInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import { restore } from '#lib/wiring/backups.ts';
import * as steps from '#lib/wiring/database-steps.ts';

export const handler = task(() => ({
  'Create the grant': step(DatabaseInput, steps.grant()),
  'Launch the server': step(DatabaseInput, steps.launch()),
  'Restore the backup': step(DatabaseInput, restore()),
  'Follow the leader': step(DatabaseInput, steps.follow()),
  'Start the service': step(DatabaseInput, steps.start()),
  'Attach to the app': step(DatabaseInput, steps.attach()),
  'Terminate the server': step(DatabaseInput, steps.terminate()),
  'Retire the grant': step(DatabaseInput, steps.retire()),
  'Mark as failed': step(FailureInput, steps.fail()),
}));
