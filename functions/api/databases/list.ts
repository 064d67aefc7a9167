/** GET /v1/databases: the team's databases. */

import { databaseView, ListDatabases } from '#lib/contracts/databases.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listPage } from '#lib/model/cursor.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(ListDatabases, () =>
  listPage({ prefix: 'DB#', list: databaseStore().listDatabases, view: databaseView }),
);
