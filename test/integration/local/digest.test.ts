/** Shows that a digest covers values of every type, survives a stop and a start, and notices any change. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { aFleet, aRunningDatabase, type World } from 'process-fleet/test-support/given';
import { digestPageScript } from '#lib/model/dataset-digest.ts';
import type { DigestResult } from '#lib/model/fleet.ts';

let world: World;
beforeEach(async () => {
  world = await aFleet({ digestPageScript });
  await aRunningDatabase(world);
});
afterEach(() => world.end());

const inAnHour = Date.now() + 3_600_000;

async function digest(label: string): Promise<DigestResult> {
  for (let tries = 0; tries < 300; tries += 1) {
    const [result] = await world.fleet.digest([{ serverId: 'srv_1', label, expiresAfter: inAnHour }]);
    if (result && result.state !== 'pending') return result;
    await sleep(50);
  }
  throw new Error('The digest is never complete');
}

async function valuesOfEveryType(client: Redis): Promise<void> {
  await client.set('text', 'a value: with 12:34 in it');
  await client.set('bytes', Buffer.from([0, 255, 13, 10, 128]));
  await client.rpush('list', 'b', 'a', 'b');
  await client.sadd('set', ...Array.from({ length: 600 }, (_, n) => `member ${n}`));
  await client.zadd('ranks', 1.5, 'one', -2, 'two');
  await client.hset('hash', Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`field ${n}`, `${n}`])));
  await client.xadd('stream', '1-1', 'field', 'value');
  await client.set('lasting', 'x', 'PX', 7_200_000);
  await client.set('passing', 'x', 'PX', 60_000);
  await client.select(3);
  await client.set('text', 'in another database');
  await client.select(0);
}

it('is the same after a stop and a start, in whatever order keys were written', async () => {
  const client = await world.client();
  await valuesOfEveryType(client);
  await client.mset(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key:${n}`, `value ${n}`])));
  const before = await digest('before');

  for (const verb of ['stopServices', 'stopServers', 'startServers', 'startServices'] as const)
    await world.fleet[verb](['srv_1']);
  const after = await digest('after');

  expect(before).toMatchObject({ state: 'done', keys: 5009, expiring: 1 });
  expect(after).toEqual(before);
});

it.each<[what: string, change: (client: Redis) => Promise<unknown>]>([
  ['a value', (client) => client.set('text', 'a value: with 12:34 in iT')],
  ['the order of a list', (client) => client.lset('list', 0, 'a')],
  ['a member of a set', (client) => client.srem('set', 'member 5')],
  ['a score', (client) => client.zadd('ranks', 1.25, 'one')],
  ['a field', (client) => client.hset('hash', 'field 1', 'other')],
  ['an entry of a stream', (client) => client.xadd('stream', '1-2', 'field', 'value')],
  ['an expiry', (client) => client.persist('lasting')],
  ['the database of a key', (client) => client.move('bytes', 2)],
])('changes with %s', async (_, change) => {
  const client = await world.client();
  await valuesOfEveryType(client);
  const before = await digest('before');

  await change(client);

  expect(await digest('after')).not.toMatchObject({ digest: (before as { digest: string }).digest });
});

it('fails for a service that does not run, and for an unknown server', async () => {
  await world.fleet.stopServices(['srv_1']);
  expect(await digest('stopped')).toMatchObject({ state: 'failed', reason: 'unavailable' });

  let [unknown] = await world.fleet.digest([{ serverId: 'srv_9', label: 'a', expiresAfter: 0 }]);
  while (unknown?.state === 'pending') {
    await sleep(20);
    [unknown] = await world.fleet.digest([{ serverId: 'srv_9', label: 'a', expiresAfter: 0 }]);
  }
  expect(unknown).toMatchObject({ state: 'failed', reason: 'not_found' });
});
