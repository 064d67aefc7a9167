/** The follower has every write that was acknowledged. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { awaitLastWrite } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => awaitLastWrite(promoting()));
