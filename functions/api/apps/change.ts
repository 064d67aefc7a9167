/** PATCH /v1/apps/{app}: says how this machine runs an app. */
import { changeApp } from '#lib/apps/change.ts';
import { appRunner } from '#lib/apps/restart-driver.ts';
import { appView, ChangeApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(ChangeApp, () => {
  const change = changeApp({ ...appStore(), ...recorder(), runner: appRunner, now });
  return async (request) => appView(await change(request));
});
