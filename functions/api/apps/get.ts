/** GET /v1/apps/{app}: one app. */
import { foundApp } from '#lib/apps/find.ts';
import { appView, GetApp } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(GetApp, () => {
  const find = foundApp(appStore());
  return async ({ teamId, app }) => appView(await find(teamId, app));
});
