/** Fills a world with a team and its apps, keys and running databases. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { appCreated } from '#lib/model/items/apps.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseCreated } from '#lib/model/items/databases.ts';
import { keyCreated } from '#lib/model/items/keys.ts';
import { teamCreated } from '#lib/model/items/teams.ts';
import { teamContext } from '#lib/model/key.ts';
import { aDatabase, aKey, anApp, anId, teamId } from '#simulation/samples.ts';
import type { ScaledWorld } from './world.ts';

export const arnOfKey = (number: number): string =>
  `arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The number of databases of an app. */
const databasesPerApp = 10;
const appsPerAdmin = 10;

/** A text of the size of KMS's ciphertext of a password, in base64. */
const sealedPassword = 'AQICAHh'.padEnd(284, 'x');

export async function seedWorld(
  world: ScaledWorld,
  { keys, databases }: { keys: number; databases: number },
): Promise<void> {
  const perKey = Math.ceil(databases / keys);
  await put(world, teamCreated({ id: teamId, name: 'acme' }));
  for (let n = 1; n <= keys; n++) {
    const arn = arnOfKey(n);
    world.kms.create(arn, null);
    const canary = JSON.stringify({ arn, context: teamContext(teamId) });
    await put(
      world,
      keyCreated(aKey({ id: anId('key', n), arn, canary, databases: Math.min(perKey, databases - (n - 1) * perKey) })),
    );
  }
  for (let n = 1; n <= Math.ceil(databases / databasesPerApp); n++)
    await put(
      world,
      appCreated(
        anApp({ id: anId('app', n), name: `app-${n}`, admins: [`admin-${Math.ceil(n / appsPerAdmin)}@example.com`] }),
      ),
    );
  for (let n = 1; n <= databases; n++) {
    const key = Math.ceil(n / perKey);
    const app = {
      appId: anId('app', Math.ceil(n / databasesPerApp)),
      appName: `app-${Math.ceil(n / databasesPerApp)}`,
    };
    const names = { id: anId('db', n), name: `redis-cubic-${n}`, serverId: anId('srv', n), sealedPassword };
    const database = aDatabase({
      ...{ ...names, ...app, keyId: anId('key', key), keyArn: arnOfKey(key) },
      attachments: [{ appId: app.appId, name: `REDIS_${n}` }],
    });
    world.machines.add({ ...database, keyArn: arnOfKey(key), databaseId: database.id });
    await put(world, databaseCreated(database));
  }
  await world.time.runUntil(world.time.millis() + 100);
}

/** Writes to the table directly, without counted requests. */
async function put({ table }: ScaledWorld, changes: readonly Change[]): Promise<void> {
  for (const change of changes)
    if (change.kind === 'create')
      await table.documents.send(new PutCommand({ TableName: 'simulated', Item: change.row }));
}
