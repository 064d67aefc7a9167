/** What a service that starts from a snapshot appends to. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { aFleet, aRunningDatabase, digestOf, type World, writeKeys } from '../../test-support/given.ts';

let world: World;
beforeEach(async () => {
  world = await aFleet();
  await aRunningDatabase(world);
  await writeKeys(await world.client(), 200);
  await world.fleet.stopServices(['srv_1']);
  await world.fleet.stopServers(['srv_1']);
  await world.fleet.startServers(['srv_1']);
  await world.fleet.startServices(['srv_1']);
});
afterEach(() => world.end());

const memory = (name: string) => join(world.memoryDir, 'srv_1', name);

/** Once the service that was killed is there again. */
async function clientAgain(): Promise<Redis> {
  for (let tries = 0; tries < 100; tries += 1) {
    const client = await world.client().catch(() => null);
    if (client) return client;
    await sleep(100);
  }
  throw new Error('The service did not come back in 10 seconds.');
}

describe('a service that starts from a snapshot', () => {
  it('appends to the snapshot itself, of which nothing is written once more', async () => {
    const base = await stat(memory('appendonlydir/appendonly.aof.1.base.rdb'));
    expect(base.ino).toBe((await stat(memory('dump.rdb'))).ino);
  });

  it('has both what was in it and what came after, when it is killed', async () => {
    const client = await world.client();
    await client.set('after the start', 'yes');
    const digest = await digestOf(client);
    const { pid } = JSON.parse(await readFile(memory('service.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');

    expect(await digestOf(await clientAgain())).toBe(digest);
  });
});
