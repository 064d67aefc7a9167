/** GET /v1/apps/{app}: one app. */
import { foundApp } from '#lib/apps/find.ts';
import { appView, GetApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { appStore } from '#lib/store/apps.ts';
import { recipientReader } from '#lib/store/recipients.ts';

export const handler = endpoint(GetApp, () => {
  const find = foundApp(appStore());
  const unconfirmed = unconfirmedAmong(recipientReader());
  return async ({ teamId, app: nameOrId }) => {
    const app = await find(teamId, nameOrId);
    return appView(app, await unconfirmed(teamId, app.admins));
  };
});
