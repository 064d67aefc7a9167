/** Removes the server and its volume. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { terminateServer } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';
import { appStore } from '#lib/store/apps.ts';
import { driving } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => terminateServer({ ...driving(), ...appStore() }));
