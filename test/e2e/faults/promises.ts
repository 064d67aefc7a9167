/** Invariants of the local cloud after a fault. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import { expect } from '@jest/globals';
import {
  type Database,
  databases,
  lockouts,
  mails,
  readAll,
  timeline,
  verification,
} from '#local/test-support/customer.ts';
import type { Running } from '#test/e2e/cloud.ts';
import { digestOf, fill } from '#test/e2e/redis-data.ts';
import { executions } from './executions.ts';
import type { World } from './world.ts';

/** Digests of the data by the names of the databases. */
export type Digests = Readonly<Record<string, string>>;

interface Filling {
  readonly keyArn: string;
  readonly names: readonly string[];
  readonly count?: number;
}

/** Databases of the seeded app under the key, with this many keys of data each. */
export async function fillDatabases({ cloud }: World, { keyArn, names, count = 5000 }: Filling): Promise<Digests> {
  await databases(
    cloud,
    keyArn,
    names.map((name) => ({ name, app: 'your-app-name' })),
  );
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await fill(cloud, name, count)] as const)),
  );
}

/** Each of these serves, with its earlier data. */
export async function assertServing({ cloud }: World, digests: Digests): Promise<void> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(digests)) found[name] = await digestOf(cloud, name);
  expect(found).toEqual(digests);
}

/** Nothing is left over, nothing is pending, the chain verifies, and no notice was sent twice. */
export async function assertNothingLeft(world: World): Promise<void> {
  const { cloud, home } = world;
  await world.eventually('no execution running', async () => (await executions(cloud)).length === 0);
  const databases = await readAll<Database>(cloud, '/v1/databases');
  const live = databases.filter(({ status }) => status !== 'failed');
  const serverIds = new Set(live.map(({ id }) => id));
  expect({
    servers: foldersIn(join(home.dir, 'fleet', 'servers')).length,
    running: foldersIn(home.memoryDir).length,
    processes: home.services().length,
  }).toEqual({
    servers: serverIds.size,
    running: live.filter(({ server }) => server === 'running').length,
    processes: live.filter(({ service }) => service === 'running').length,
  });
  expect(await verification(cloud)).toMatchObject({ intact: true, firstBad: null });
  expect(await toldTwice(cloud)).toEqual([]);
}

/** One grant for each database, and no other. */
export async function grantsOn({ cloud }: World, keyArn: string): Promise<number> {
  const { env } = cloud;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
  const kms = new KMSClient({ endpoint: env.AWS_ENDPOINT_URL ?? '', region: env.AWS_REGION ?? '', credentials });
  try {
    const { Grants = [] } = await kms.send(new ListGrantsCommand({ KeyId: keyArn }));
    return Grants.length;
  } finally {
    kms.destroy();
  }
}

const foldersIn = (folder: string) => readdirSync(folder);

/**
 * Mails of one lockout to one admin with one subject. A lockout that returned from starting to stopping sends its
 * notices again. Early warnings of a key return with their cause, as when a clock jumps.
 */
async function toldTwice(cloud: Running): Promise<string[]> {
  const turned = (await lockouts(cloud)).filter(
    ({ steps }) => steps.filter(({ state }) => state === 'stopping_services').length > 1,
  );
  const seen = (await mails(cloud))
    .filter(({ body }) => /lk_\w+/.test(body.text) && !turned.some(({ id }) => body.text.includes(id)))
    .map(({ subject, destination, body }) => `${/lk_\w+/.exec(body.text)?.[0]} ${destination.to.join()} ${subject}`);
  return seen.filter((mail, index) => seen.indexOf(mail) !== index);
}

/** Each admin got a mail for each notice, or a later mail that replaced it: a warning is not sent after the stop. */
export const mailsOf = (world: World, lockoutId: string, facts: readonly string[]): Promise<void> =>
  world.eventually(`notified of ${facts.join(', ')}`, async () => {
    const entries = (await timeline(world.cloud)).filter(({ subject }) => subject.lockoutId === lockoutId);
    const isReplaced = (admins: unknown) => (admins as { reason: string }[]).every(({ reason }) => reason === 'folded');
    return facts.every((fact) =>
      entries.some(
        ({ type, data }) =>
          data.fact === fact && (type === 'AdminsNotified' || (type === 'AdminsNotReached' && isReplaced(data.admins))),
      ),
    );
  });
