/**
 * What asks KMS about a key, or changes it. Reads of the table are in `reads.ts`, which may not use a key; these are
 * one function, since a client that registers a key checks it and reads its impact next.
 */
import { ListGrants } from '#lib/contracts/grants.ts';
import { GetImpact, impactView } from '#lib/contracts/impact.ts';
import { ChangeKeySettings, keySettingsView } from '#lib/contracts/key-settings.ts';
import { CheckKey, ForgetKey, keyView, RegisterKey } from '#lib/contracts/keys.ts';
import { route } from '#lib/edge/rest-api.ts';
import { now } from '#lib/model/clock.ts';
import * as keys from '#lib/wiring/keys.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const register = keys.register();
  const reconcile = keys.reconcile();
  const impact = keys.impact();
  const changeSettings = keys.changeSettings();
  return {
    'POST /v1/keys': route(RegisterKey, async (request) => keyView((await register(request)).key, now())),
    'DELETE /v1/keys/{key}': route(ForgetKey, keys.forget()),
    'POST /v1/keys/{key}/checks': route(CheckKey, async ({ teamId, key, actor }) =>
      keyView((await reconcile({ teamId, keyId: key, actor, depth: 'full' })).key, now()),
    ),
    'PATCH /v1/keys/{key}/settings': route(ChangeKeySettings, async ({ key, ...request }) =>
      keySettingsView(await changeSettings({ ...request, keyId: key })),
    ),
    'GET /v1/keys/{key}/impact': route(GetImpact, async ({ teamId, key }) => impactView(await impact({ teamId, key }))),
    'GET /v1/keys/{key}/grants': route(ListGrants, keys.grants()),
  };
});
