/** PATCH /v1/databases/{database}: gives a database another name. */

import { databaseView, RenameDatabase } from '#lib/contracts/databases.ts';
import { renameDatabase } from '#lib/databases/rename.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { recorder } from '#lib/outbox/record.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(RenameDatabase, () => {
  const rename = renameDatabase({ ...databaseStore(), ...recorder(), now });
  return async (request) => databaseView(await rename(request));
});
