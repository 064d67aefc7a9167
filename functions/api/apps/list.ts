/** GET /v1/apps: the team's apps. */
import { appView, ListApps } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listPage } from '#lib/model/cursor.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(ListApps, () => listPage({ prefix: 'APP#', list: appStore().listApps, view: appView }));
