/** Gives the app its config var and a release; the database serves. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { attachToApp } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { appStore } from '#lib/store/apps.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { stepping } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () =>
  attachToApp({ ...stepping(), ...appStore(), ...keyStore(), ...lockoutStore() }),
);
