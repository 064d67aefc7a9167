/** GET /v1/databases/{database}: one database, with how far a follower is now. */

import { fleet } from '#fleet';
import { databaseView, GetDatabase } from '#lib/contracts/databases.ts';
import { foundDatabase } from '#lib/databases/find.ts';
import { forkNow } from '#lib/databases/fork-now.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(GetDatabase, () => {
  const find = foundDatabase(databaseStore());
  const asOfNow = forkNow({ ...databaseStore(), fleet });
  return async ({ teamId, database }) => databaseView(await asOfNow(await find(teamId, database)));
});
