/** The follower has every write that was acknowledged. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { promoting } from '#lib/databases/promote-assembly.ts';
import { awaitLastWrite } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => awaitLastWrite(promoting()));
