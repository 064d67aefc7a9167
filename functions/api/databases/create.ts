/** POST /v1/databases: starts provisioning a database; answers 202 and where to look. */
import { CreateDatabase, databaseView } from '#lib/contracts/databases.ts';
import { createDatabase } from '#lib/databases/create.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { creating } from '#lib/wiring/database-life.ts';

export const handler = endpoint(CreateDatabase, () => {
  const create = createDatabase(creating());
  return async (request) => databaseView(await create(request));
});
