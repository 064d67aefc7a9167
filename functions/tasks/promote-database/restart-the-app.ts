/** The app runs with its new URL. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { promoting } from '#lib/databases/promote-assembly.ts';
import { restartTheApp } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => restartTheApp(promoting()));
