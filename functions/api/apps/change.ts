/** PATCH /v1/apps/{app}: says how this machine runs an app. */
import { changeApp } from '#lib/apps/change.ts';
import { appView, ChangeApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { appRunner } from '#lib/wiring/app-runner.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(ChangeApp, () => {
  const change = changeApp({ ...appStore(), ...recorder(), runner: appRunner, now });
  return async (request) => appView(await change(request));
});
