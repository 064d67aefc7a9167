/** kill -9 of a database while it is stopped and while it is started. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, disable, enable, inStatus, lockoutIn } from '#local/test-support/customer.ts';
import { withRedis } from '#test/e2e/redis-data.ts';
import { memoryOf } from './disks.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases } from './promises.ts';
import { aWorld } from './world.ts';

const world = aWorld({ firstPort: 22_340 });
const { home } = world;
const names = ['orders', 'sessions'];
let keyArn: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names, count: 60_000 });
});
afterAll(() => world.end());

const endings: (() => void)[] = [];
afterAll(() => {
  for (const end of endings) end();
});

/**
 * Kills each Redis process at the moment that `chosen` selects, at most this many; returns the number of kills so far,
 * and a function that ends it.
 */
function killer(atMost: number, chosen: (pid: number) => boolean) {
  const killed = new Set<number>();
  const timer = setInterval(() => {
    for (const pid of home.services()) {
      if (killed.size >= atMost || killed.has(pid) || !chosen(pid)) continue;
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
  }, 1);
  endings.push(() => clearInterval(timer));
  return { killed, end: () => clearInterval(timer) };
}

const isSaving = (pid: number): boolean =>
  readdirSync(home.memoryDir).some((serverId) => readdirIfThere(memoryOf(home, serverId)).includes(`temp-${pid}.rdb`));

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const restored = async () => {
  await enable(world.cloud, keyArn);
  await lockoutIn(world.cloud, 'restored');
  await assertServing(world, digests);
  await assertNothingLeft(world);
};

const stopped = async () => {
  await world.eventually(
    'stopped',
    async () => (await lockoutIn(world.cloud, 'stopped', 'stopping_services', 'stopping_servers')).state === 'stopped',
  );
  expect(home.services()).toEqual([]);
};

describe('kill -9 of a database', () => {
  it('while it saves to stop, and of what is started to save in its place: it is saved all the same', async () => {
    let kills = 0;

    // A save takes milliseconds, so that a busy machine may see none of a stop.
    for (let stop = 0; kills < 2 && stop < 20; stop++) {
      const { killed, end } = killer(4, isSaving);
      await disable(world.cloud, keyArn);
      await stopped();
      end();
      kills = killed.size;
      await restored();
    }

    expect(kills).toBeGreaterThanOrEqual(2);
  });

  it('just before the stop command: its acknowledged writes are saved', async () => {
    await withRedis(world.cloud, 'orders', (redis) => redis.set('last', 'word'));
    const { end } = killer(2, () => true);
    await disable(world.cloud, keyArn);
    await stopped();
    end();
    await enable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'restored');

    expect(await withRedis(world.cloud, 'orders', (redis) => redis.getdel('last'))).toBe('word');
    await assertServing(world, digests);
  });

  it('as soon as it is started, again and again: it serves in the end, with its data', async () => {
    await disable(world.cloud, keyArn);
    await stopped();
    const { killed, end } = killer(6, () => true);
    await enable(world.cloud, keyArn);
    await world.eventually(
      'restored',
      async () =>
        (await lockoutIn(world.cloud, 'restored', 'starting_services', 'starting_servers')).state === 'restored',
    );
    end();

    expect(killed.size).toBe(6);
    await Promise.all(names.map((name) => inStatus(world.cloud, name, 'available')));
    await world.eventually('answers', () =>
      assertServing(world, digests).then(
        () => true,
        () => false,
      ),
    );
    await assertNothingLeft(world);
  });
});
