/**
 * A tenant with valid credentials and bad intent, while the key of its database is disabled: it keeps the database
 * busy, floods it and the API, and makes every request that could keep the database running or restore it. Its lockout
 * ends in time all the same, and other teams are not affected.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  aKey,
  awaitNotification,
  create,
  databases,
  disable,
  enable,
  lockoutIn,
  lockouts,
  notifiedFacts,
  read,
  request,
  timeline,
} from '#local/test-support/customer.ts';
import { overHttp } from '#local/test-support/http.ts';
import { until } from '#local/test-support/until.ts';
import { aHome, type Running } from '#test/e2e/cloud.ts';
import { digestOf, fill } from '#test/e2e/redis-data.ts';
import { attacks } from './attacks.ts';
import { type Flood, flood } from './flood.ts';

const home = aHome({ speed: 600, firstPort: 22_800 });
const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, disconnectTimeout: 20 } as const;
/**
 * For a machine that is busy with the flood. On AWS the waiting period alone is ten minutes, which is a second here.
 */
const onTimeMs = 45_000;
const admin = 'admin@example.com';

let cloud: Running;
/** The same cloud, as another team. */
let neighbour: Running;
let keyArn: string;
let neighboursKeyArn: string;
let digest: string;
const clients: Redis[] = [];

beforeAll(async () => {
  cloud = await home.start();
  neighbour = { ...cloud, env: { ...cloud.env, LATCHKEY_TOKEN: await tokenOf('neighbours') } };
  await create(neighbour, '/v1/spaces', { name: 'their-space' });
  await create(neighbour, '/v1/apps', { name: 'their-app', space: 'their-space', admins: [admin] });
  [keyArn, neighboursKeyArn] = [await aKey(cloud), await aKey(neighbour)];
  await databases(cloud, keyArn, [{ name: 'hostile', app: 'your-app-name' }]);
  await databases(neighbour, neighboursKeyArn, [{ name: 'quiet', app: 'their-app' }]);
  digest = await fill(neighbour, 'quiet', 5000);
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await home.end();
});

async function tokenOf(team: string): Promise<string> {
  // The domain of the first token's address is the team's mail domain, so its admins need no confirmation.
  const body = { name: 'owner', email: 'owner@example.com', scopes: ['read', 'write'], team };
  const token = cloud.env.LATCHKEY_ADMIN_TOKEN ?? '';
  return (await overHttp(cloud.env.LATCHKEY_URL ?? '')<{ token: string }>('POST /v1/tokens', { token, body })).body
    .token;
}

interface Attackers {
  readonly url: string;
  connect(): Promise<Redis>;
}

/** With the URL that the API returned while the database was available. */
async function attackers(): Promise<Attackers> {
  const { url } = await read<{ url: string }>(cloud, '/v1/databases/hostile/credentials');
  const connect = async () => {
    const client = new Redis(url, {
      ...once,
      ...(url.startsWith('rediss:') ? { tls: { rejectUnauthorized: false } } : {}),
    });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  return { url, connect };
}

/** Reads plaintext of the database for as long as possible; returns the time of the last read. */
async function aSubscriber({ connect }: Attackers): Promise<{ lastMs: () => number; isOver: () => boolean }> {
  const client = await connect();
  let last = performance.now();
  client.on('message', () => {
    last = performance.now();
  });
  await client.subscribe('out');
  return { lastMs: () => last, isOver: () => client.status === 'end' };
}

const attacked = async (database: Attackers, name: string) => {
  const attack = attacks[name];
  if (!attack) throw new Error(`There is no attack "${name}".`);
  await attack({ world: { client: database.connect }, serverId: 'hostile', maxClients: 40 });
};

/** The database's part in the newest entry of the type. */
async function shownIn(type: string): Promise<Record<string, unknown>> {
  const entry = (await timeline(cloud)).findLast((each) => each.type === type);
  return (entry?.data.databases as Record<string, unknown>[] | undefined)?.[0] ?? {};
}

describe('a tenant that fights its own lockout', () => {
  let database: Attackers;
  let flooding: Flood;

  it('is stopped on time, is cut off, and the timeline says how', async () => {
    database = await attackers();
    await (await database.connect()).set('secret', 'the plaintext');
    const subscriber = await aSubscriber(database);
    await attacked(database, 'a script that has written and never ends');
    flooding = flood({ cloud, url: database.url });
    const begun = performance.now();
    await Promise.all([disable(cloud, keyArn), disable(neighbour, neighboursKeyArn)]);

    const [hostile, quiet] = await Promise.all([lockoutIn(cloud, 'stopped'), lockoutIn(neighbour, 'stopped')]);
    expect(performance.now() - begun).toBeLessThan(onTimeMs);
    expect(subscriber.isOver()).toBe(true);
    expect(home.services()).toEqual([]);
    expect(await shownIn('ServicesStopped')).toMatchObject({
      stop: { save: 'append_only_file', end: 'killed', reason: 'script_running' },
    });
    expect(await shownIn('ServersStopped')).toMatchObject({ opening: { answer: 'refused' } });
    await Promise.all([
      awaitNotification(cloud, 'databases_stopped'),
      awaitNotification(neighbour, 'databases_stopped'),
    ]);
    for (const [of, lockout] of [
      [cloud, hostile],
      [neighbour, quiet],
    ] as const)
      expect(await notifiedFacts(of, lockout, admin)).toEqual(['will stop', 'stopped']);
  });

  it('brings nothing back and reads nothing while it is locked out', async () => {
    const app = 'your-app-name';
    const tries: [string, object?][] = [
      ['GET /v1/databases/hostile/credentials'],
      ['POST /v1/databases/hostile/credentials/rotation', {}],
      ['POST /v1/databases/hostile/backups', {}],
      ['POST /v1/databases/hostile/promotion', { app }],
      ['POST /v1/databases', { name: 'copy', plan: 'private-7', app, fork: 'hostile' }],
      ['POST /v1/databases', { name: 'copy', plan: 'private-7', app, fork: 'hostile', encryptionKey: keyArn }],
      ['POST /v1/databases', { name: 'copy', plan: 'private-7', app, fork: database.url, encryptionKey: keyArn }],
      ['POST /v1/databases', { name: 'copy', plan: 'private-7', app, encryptionKey: keyArn }],
    ];

    for (const [line, body] of tries) {
      const response = await request(cloud, line, body);
      expect(`${response.status} ${line}`).toMatch(/^(400|404|409|422) /);
      expect(JSON.stringify(response.body)).not.toMatch(/rediss?:\/\/[^ "]*@/);
    }
    await expect(database.connect()).rejects.toThrow();
    expect((await lockouts(cloud))[0]).toMatchObject({ state: 'stopped' });
    expect(home.services()).toEqual([]);
  });

  it('delays no one else: the other team is restored on time, with its data', async () => {
    const begun = performance.now();
    await enable(neighbour, neighboursKeyArn);

    const { id } = await lockoutIn(neighbour, 'restored');

    expect(performance.now() - begun).toBeLessThan(onTimeMs);

    await awaitNotification(neighbour, 'databases_restored');
    expect(await digestOf(neighbour, 'quiet')).toBe(digest);

    const sent = await flooding.end();
    expect(sent.requests).toBeGreaterThan(100);

    const answersOfOthers = sent.responses.filter(
      (response) => response.includes(id) || response.includes('their-app') || response.includes(neighboursKeyArn),
    );
    expect(answersOfOthers).toEqual([]);
  });

  it('has what it had acknowledged when its key is back', async () => {
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'restored');

    const client = await database.connect();

    expect(await client.mget('secret', 't')).toEqual(['the plaintext', null]);
  });
});

describe('a tenant that keeps its database busy', () => {
  it('gets a new password in force, and a backup that fails with its reason', async () => {
    const before = await attackers();
    await attacked(before, 'a script that has written and never ends');
    const backup = await create<{ id: string }>(cloud, '/v1/databases/hostile/backups', {});
    const failed = await until('the backup has failed', async () => {
      const { items } = await read<{ items: { id: string; status: string; failure?: { detail: string } }[] }>(
        cloud,
        '/v1/databases/hostile/backups',
      );
      return items.find(({ id, status }) => id === backup.id && status === 'failed') ?? null;
    });
    expect(JSON.stringify(failed)).toMatch(/busy/);

    await create(cloud, '/v1/databases/hostile/credentials/rotation', {});
    const after = await until('a new URL', async () => {
      const { url } = await read<{ url: string }>(cloud, '/v1/databases/hostile/credentials');
      return url !== before.url && attackers();
    });
    const client = await until('the new password in force', () => after.connect().catch(() => null));
    expect(await client.get('secret')).toBe('the plaintext');
    await expect(before.connect()).rejects.toThrow();
  });

  it('does not keep the machine from stopping, saved', async () => {
    await attacked(await attackers(), 'a script that has written and never ends');
    const begun = performance.now();
    const { code, output } = await cloud.interrupt();
    expect([code, output.includes('Everything is saved')]).toEqual([0, true]);
    expect(performance.now() - begun).toBeLessThan(onTimeMs);
    expect(home.services()).toEqual([]);

    cloud = await home.start();
    const client = await until('served again', async () => (await attackers()).connect().catch(() => null));
    expect(await client.get('secret')).toBe('the plaintext');
  });
});
