/** Nothing stands in the way of the promotion. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { confirmCatchUp } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => confirmCatchUp(promoting()));
