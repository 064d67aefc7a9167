/** GET /v1/spaces: the team's spaces. */
import { ListSpaces } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listPage } from '#lib/model/cursor.ts';
import { appStore } from '#lib/store/apps.ts';

export const handler = endpoint(ListSpaces, () =>
  listPage({ prefix: 'SPACE#', list: appStore().listSpaces, view: (space) => space }),
);
