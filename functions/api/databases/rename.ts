/** PATCH /v1/databases/{database}: gives a database another name. */
import { now } from '#lib/clock.ts';
import { databaseView, RenameDatabase } from '#lib/contracts/databases.ts';
import { renameDatabase } from '#lib/databases/rename.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { recorder } from '#lib/outbox/record.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(RenameDatabase, () => {
  const rename = renameDatabase({ ...databaseStore(), ...recorder(), now });
  return async (request) => databaseView(await rename(request));
});
