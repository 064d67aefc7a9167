/** POST /v1/databases/{database}/promotion: makes a database an app's REDIS_URL; answers 202 and where to look. */
import { databaseView, PromoteDatabase } from '#lib/contracts/databases.ts';
import { promoteDatabase } from '#lib/databases/promote.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(PromoteDatabase, () => {
  const promote = promoteDatabase(rotating());
  return async (request) => databaseView(await promote(request));
});
