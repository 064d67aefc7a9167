/** Makes the server and its encrypted volume. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { launchServer } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { appStore } from '#lib/store/apps.ts';
import { driving } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => launchServer({ ...driving(), ...appStore() }));
