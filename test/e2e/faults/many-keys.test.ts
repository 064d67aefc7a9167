/** Two hundred keys, each with a database, that are disabled at the same time, and enabled at the same time. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  aKey,
  create,
  type Database,
  disable,
  enable,
  type Lockout,
  mails,
  readAll,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { fill } from '#test/e2e/redis-data.ts';
import { assertNothingLeft, assertServing, type Digests } from './promises.ts';
import { aWorld } from './world.ts';

const count = 200;
const atOnce = 10;
/**
 * The sweep checks each key once a minute: at a higher speed, it would use all of the machine. The two hundred servers
 * take the ports up to 22,960: another world there would lose the ports of its stopped servers.
 */
const world = aWorld({ firstPort: 22_560, speed: 60 });
const names = Array.from({ length: count }, (_, n) => `database-${n}`);
/** The releases of an app are made one after the other. */
const apps = Array.from({ length: 20 }, (_, n) => `app-${n}`);
let keys: readonly string[];
const digests: Record<string, string> = {};

async function forEach<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    results.push(
      ...(await Promise.all(items.slice(start, start + atOnce).map((item, offset) => work(item, start + offset)))),
    );
  return results;
}

const inStatus = async (status: Database['status']) =>
  (await readAll<Database>(world.cloud, '/v1/databases')).filter((database) => database.status === status).length;
const lockouts = () => readAll<Lockout>(world.cloud, '/v1/lockouts');

/** Polled rarely: each poll reads two hundred rows, and must not slow down the system under test. */
const patient = { withinMs: 400_000, pauseMs: 2000 };
jest.setTimeout(420_000);

beforeAll(async () => {
  await world.start();
  keys = await forEach(names, () => aKey(world.cloud));
  for (const name of apps)
    await create(world.cloud, '/v1/apps', { name, space: 'acme-private', admins: ['admin@example.com'] });
  await forEach(names, (name, index) =>
    create(world.cloud, '/v1/databases', {
      name,
      app: apps[index % apps.length],
      plan: 'private-7',
      encryptionKey: keys[index],
    }),
  );
  await until('all available', async () => (await inStatus('available')) === count, patient);
  await forEach(names, async (name) => {
    digests[name] = await fill(world.cloud, name, 100);
  });
});
afterAll(() => world.end());

describe('two hundred keys at once', () => {
  it('disabled: every lockout goes its way, and nothing runs', async () => {
    await Promise.all(keys.map((key) => disable(world.cloud, key)));
    await until(
      'all stopped',
      async () => (await lockouts()).filter(({ state }) => state === 'stopped').length === count,
      patient,
    );

    expect(world.home.services()).toEqual([]);
    expect(await inStatus('stopped')).toBe(count);
    expect(await lockouts()).toHaveLength(count);
  });

  it('enabled: everything is restored with its data, and each mail was sent once', async () => {
    await Promise.all(keys.map((key) => enable(world.cloud, key)));
    await until('all restored', async () => (await lockouts()).every(({ state }) => state === 'restored'), patient);

    await assertServing(world, digests satisfies Digests);
    await until('all notified', async () => (await mails(world.cloud)).length === 3 * count, patient);
    await assertNothingLeft(world);
  });
});
