/** The old leader takes writes again, and the promotion is through. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { letWritersIn } from '#lib/databases/promote-end.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => letWritersIn(promoting()));
