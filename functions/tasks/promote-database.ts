/** The steps of a promotion, and those that undo it. They are one function: all have the same rights. */
import { DatabaseInput, FailureInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as promotions from '#lib/wiring/promotions.ts';

export const handler = task(() => ({
  'Confirm the catch-up': step(DatabaseInput, promotions.confirm()),
  'Pause writes': step(DatabaseInput, promotions.pauseWrites()),
  'Await the last write': step(DatabaseInput, promotions.awaitWrites()),
  'Make it the leader': step(DatabaseInput, promotions.lead()),
  'Move the attachment': step(DatabaseInput, promotions.moveUrl()),
  'Restart the app': step(DatabaseInput, promotions.restartApp()),
  'Resume writes': step(DatabaseInput, promotions.resumeWrites()),
  'Undo the promotion': step(FailureInput, promotions.undo()),
}));
