/** DELETE /v1/databases/{database}: destroys a database and its data. */
import { now } from '#lib/clock.ts';
import { DestroyDatabase, databaseView } from '#lib/contracts/databases.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(DestroyDatabase, () => {
  const destroy = destroyDatabase({ ...databaseStore(), ...appStore(), ...recorder(), now });
  return async (request) => databaseView(await destroy(request));
});
