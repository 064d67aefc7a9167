/**
 * Creates, renames and destroys databases. They are one function: each writes the database's record and leaves the work
 * to a state machine. Creating may register a key, so this function may probe keys; it reaches no server.
 */
import { CreateDatabase, DestroyDatabase, databaseView, RenameDatabase } from '#lib/contracts/databases.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => ({
  'POST /v1/databases': route(CreateDatabase, withView(databases.create(), databaseView)),
  'PATCH /v1/databases/{database}': route(RenameDatabase, withView(databases.rename(), databaseView)),
  'DELETE /v1/databases/{database}': route(DestroyDatabase, withView(databases.destroy(), databaseView)),
}));
