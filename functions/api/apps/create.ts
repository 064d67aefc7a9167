/** POST /v1/apps: makes an app. */
import { createApp } from '#lib/apps/create.ts';
import { appView, CreateApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { appStore } from '#lib/store/apps.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(CreateApp, () => {
  const create = createApp({ ...appStore(), ...recorder(), newId, now });
  const unconfirmed = unconfirmedAmong(recipientReader());
  return async (request) => {
    const app = await create(request);
    return appView(app, await unconfirmed(request.teamId, app.admins));
  };
});
