/** GET /v1/apps/{app}/releases: what the app ran with. */
import { foundApp } from '#lib/apps/find.ts';
import { ListReleases } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listPage } from '#lib/model/cursor.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(ListReleases, () => {
  const { listReleases, ...apps } = appStore();
  const find = foundApp(apps);
  return async (request) => {
    const { id } = await find(request.teamId, request.app);
    return listPage({
      prefix: `RELEASE#${id}#`,
      list: (teamId, query) => listReleases(teamId, id, query),
      view: (release) => release,
    })(request);
  };
});
