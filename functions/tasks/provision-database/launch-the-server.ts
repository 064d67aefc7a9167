/** Makes the server and its encrypted volume. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { driving } from '#lib/databases/assembly.ts';
import { launchServer } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = task(DatabaseInput, () => launchServer({ ...driving(), ...appStore() }));
