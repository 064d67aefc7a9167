/** POST /v1/databases: starts provisioning a database; answers 202 and where to look. */
import { keyVault } from '#lib/aws/kms.ts';
import { restorable } from '#lib/backups/restore.ts';
import { now } from '#lib/clock.ts';
import { CreateDatabase, databaseView } from '#lib/contracts/databases.ts';
import { platformKey } from '#lib/databases/assembly.ts';
import { createDatabase } from '#lib/databases/create.ts';
import { findLeader } from '#lib/databases/fork.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { newId } from '#lib/ids.ts';
import { registrar } from '#lib/keys/assembly.ts';
import { recorder } from '#lib/outbox/record.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = endpoint(CreateDatabase, () => {
  const create = createDatabase({
    ...appStore(),
    ...databaseStore(),
    ...registrar(),
    findLeader: findLeader({ ...databaseStore(), ...keyStore() }),
    restorable: restorable({ ...backupStore(), ...keyStore() }),
    ...keyVault(),
    ...platformKey(),
    ...recorder(),
    newId,
    now,
  });
  return async (request) => databaseView(await create(request));
});
