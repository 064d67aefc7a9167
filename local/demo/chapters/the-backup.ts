/** A backup is made, looked at where it is stored, and restored to a new database. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { BackupView } from '#lib/contracts/backups.ts';
import { DatabaseView } from '#lib/contracts/databases.ts';
import { countFound, digestOf } from '../content.ts';
import { counted } from '../durations.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import { until } from '../until.ts';
import type { Play, World } from '../world.ts';
import type { Content } from './the-data.ts';
import type { DemoDatabase } from './the-database.ts';

const restored = 'orders-restored';

export async function theBackup(play: Play, database: DemoDatabase, content: Content): Promise<void> {
  const { stage, world } = play;
  stage.chapter(
    'A backup',
    'A backup is encrypted under the same key before it leaves the machine, while the app goes on. A restore makes ' +
      'a new database from it: under this key or another of the customer’s, and never without one.',
  );
  const path = `/v1/databases/${database.name}/backups`;
  const { id } = await stage.do(world.api.post(path, { body: {}, shown: '', responseSchema: BackupView() }));
  const size = (bytes: number | null) => `backup stored, ${((bytes ?? 0) / 1e6).toFixed(1)} MB`;
  await stage.see('backup stored', stored(world, `${path}/${id}`), ({ sizeBytes }) => size(sizeBytes));
  await stage.prove('What is stored is ciphertext', async () => ciphertextIn(objectsOf(world), content));
  await theRestore(play, { database, content, backup: id });
}

const stored = ({ api }: World, path: string) =>
  until('the backup stored', async () => {
    const backup = await api.read(path, BackupView());
    check(backup.status !== 'failed', `The backup failed: ${backup.failure?.detail}`);
    return backup.status === 'available' ? backup : null;
  });

interface Restore {
  readonly database: DemoDatabase;
  readonly content: Content;
  readonly backup: string;
}

async function theRestore({ stage, world }: Play, { database, content, backup }: Restore): Promise<void> {
  const body = { name: restored, plan: 'private-7', app: 'example-app', backup, encryptionKey: database.keyArn };
  const shown = `{ name: ${restored}, backup: $BACKUP, encryptionKey: $CMK_ARN }`;
  await stage.do(world.api.post('/v1/databases', { body, shown, responseSchema: DatabaseView() }));
  await stage.see('database restored', available(world));
  await stage.prove('It has the same data', async () => {
    const { url } = await world.api.read(`/v1/databases/${restored}/credentials`, z.object({ url: z.string() }));
    const redis = await connectApp(url);
    try {
      const digest = digestOf(await redis.readAll());
      check(digest === content.digest, `Its digest is ${digest}.`);
      return `SHA-256 over all keys and values, as before: ${digest.slice(0, 16)}…`;
    } finally {
      redis.close();
    }
  });
  await world.api.send('DELETE', `/v1/databases/${restored}?confirm=${restored}`);
  await until('the restored database gone', async () =>
    (await world.api.send('GET', `/v1/databases/${restored}`)).status === 404 ? true : null,
  );
}

const available = ({ api }: World) =>
  until('the restored database available', async () => {
    const { status, failure } = await api.read(`/v1/databases/${restored}`, DatabaseView());
    check(status !== 'failed', `The restore failed: ${failure?.detail}`);
    return status === 'available' ? status : null;
  });

/** Everything that S3's emulator keeps. */
function objectsOf({ serversDir }: World): Buffer {
  const s3 = join(serversDir, '..', '..', 's3');
  const files = readdirSync(s3).flatMap((bucket) =>
    readdirSync(join(s3, bucket, 'bytes')).map((file) => join(s3, bucket, 'bytes', file)),
  );
  return Buffer.concat(files.map((file) => readFileSync(file)));
}

function ciphertextIn(bytes: Buffer, { entries }: Content): string {
  const values = entries.map(([, value]) => value);
  const found = countFound(values, bytes);
  check(
    bytes.length > 0 && found === 0 && !bytes.includes('order:'),
    `${counted(found)} values are in the store in the clear.`,
  );
  return (
    `A search of all that S3 holds (${(bytes.length / 1e6).toFixed(1)} MB) finds ${found} of ` +
    `${counted(values.length)} values.`
  );
}
