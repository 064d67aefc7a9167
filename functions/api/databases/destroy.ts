/** DELETE /v1/databases/{database}: destroys a database and its data. */
import { keeping } from '#lib/backups/assembly.ts';
import { lastBackup } from '#lib/backups/last.ts';
import { now } from '#lib/clock.ts';
import { DestroyDatabase, databaseView } from '#lib/contracts/databases.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { newId } from '#lib/ids.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = endpoint(DestroyDatabase, () => {
  const lastBackupOf = lastBackup({ ...keyStore(), ...keeping(), newId, now });
  const destroy = destroyDatabase({ ...databaseStore(), ...appStore(), ...recorder(), lastBackupOf, now });
  return async (request) => databaseView(await destroy(request));
});
