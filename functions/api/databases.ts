/**
 * Creates, renames and destroys databases. They are one function: each writes the database's record and leaves the work
 * to a state machine. Creating may register a key, so this function may probe keys; it reaches no server.
 */
import { CreateDatabase, DestroyDatabase, databaseView, RenameDatabase } from '#lib/contracts/databases.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const create = databases.create();
  const rename = databases.rename();
  const destroy = databases.destroy();
  return {
    'POST /v1/databases': route(CreateDatabase, async (request) => databaseView(await create(request))),
    'PATCH /v1/databases/{database}': route(RenameDatabase, async (request) => databaseView(await rename(request))),
    'DELETE /v1/databases/{database}': route(DestroyDatabase, async (request) => databaseView(await destroy(request))),
  };
});
