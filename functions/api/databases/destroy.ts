/** DELETE /v1/databases/{database}: destroys a database and its data. */
import { DestroyDatabase, databaseView } from '#lib/contracts/databases.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { destroying } from '#lib/wiring/database-life.ts';

export const handler = endpoint(DestroyDatabase, () => {
  const destroy = destroyDatabase(destroying());
  return async (request) => databaseView(await destroy(request));
});
