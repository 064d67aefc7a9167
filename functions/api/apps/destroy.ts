/** DELETE /v1/apps/{app}: removes an app that no database is attached to. */
import { destroyApp } from '#lib/apps/create.ts';
import { DestroyApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(DestroyApp, () => {
  const destroy = destroyApp({ ...appStore(), ...databaseStore(), ...recorder(), now });
  return async (request) => {
    await destroy(request);
    return null;
  };
});
