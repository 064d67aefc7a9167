/** An app's config vars. They are a function of their own, since it encrypts and decrypts the secrets of apps. */
import { ChangeConfigVars, ReadConfigVars } from '#lib/contracts/apps.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as apps from '#lib/wiring/apps.ts';
import { restReads } from '#lib/wiring/rest-reads.ts';

export const handler = restReads(() => ({
  'GET /v1/apps/{app}/config-vars': route(ReadConfigVars, apps.readVars()),
  'PATCH /v1/apps/{app}/config-vars': route(ChangeConfigVars, apps.changeVars()),
}));
