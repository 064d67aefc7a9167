/** PATCH /v1/databases/{database}: gives a database another name. */

import { databaseView, RenameDatabase } from '#lib/contracts/databases.ts';
import { renameDatabase } from '#lib/databases/rename.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(RenameDatabase, () => {
  const rename = renameDatabase({ ...databaseStore(), ...recorder(), now });
  return async (request) => databaseView(await rename(request));
});
