/** Removes the database's record; its name is free again. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { forgetDatabase } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';
import { stepping } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => forgetDatabase(stepping()));
