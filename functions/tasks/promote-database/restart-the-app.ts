/** The app runs with its new URL. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { restartTheApp } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => restartTheApp(promoting()));
