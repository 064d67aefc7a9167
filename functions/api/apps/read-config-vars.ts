/** GET /v1/apps/{app}/config-vars: the app's config vars. */
import { readConfigVars } from '#lib/apps/config-vars.ts';
import { ReadConfigVars } from '#lib/contracts/apps.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { appStore } from '#lib/store/apps.ts';
import { unlocking } from '#lib/wiring/databases.ts';

export const handler = endpoint(ReadConfigVars, () =>
  readConfigVars({ ...appStore(), ...unlocking(), credentialsOf: credentialsOf(unlocking()) }),
);
