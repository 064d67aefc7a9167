/** Nothing stands in the way of the promotion. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { promoting } from '#lib/databases/promote-assembly.ts';
import { confirmCatchUp } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => confirmCatchUp(promoting()));
