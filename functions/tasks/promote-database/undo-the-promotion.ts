/** Everything is as it was before. */
import { FailureInput } from '#lib/contracts/machines.ts';
import { undoPromotion } from '#lib/databases/promote-end.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(FailureInput, () => undoPromotion(promoting()));
