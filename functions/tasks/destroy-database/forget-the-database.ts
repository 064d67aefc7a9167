/** Removes the database's record; its name is free again. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { stepping } from '#lib/databases/assembly.ts';
import { forgetDatabase } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => forgetDatabase(stepping()));
