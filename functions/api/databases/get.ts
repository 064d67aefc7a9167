/** GET /v1/databases/{database}: one database. */
import { databaseView, GetDatabase } from '#lib/contracts/databases.ts';
import { foundDatabase } from '#lib/databases/find.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(GetDatabase, () => {
  const find = foundDatabase(databaseStore());
  return async ({ teamId, database }) => databaseView(await find(teamId, database));
});
