/** A key that is disabled and enabled fifty times within ten seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, disable, enable, inStatus, lockouts, read, verification } from '#local/test-support/customer.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases } from './promises.ts';
import { aWorld } from './world.ts';

const world = aWorld({ firstPort: 22_270 });
const names = ['orders', 'sessions'];
const [turns, withinMs] = [50, 10_000];
let keyArn: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names });
});
afterAll(() => world.end());

/**
 * Between two changes, in milliseconds: from none to the duration of a whole step, in an order that meets each kind of
 * step.
 */
const pauses = Array.from({ length: turns }, (_, turn) => ((turn * 37) % 100) * 4 * (turn % 3 === 0 ? 0 : 1));

async function toggle(...both: readonly (typeof enable)[]): Promise<void> {
  const begun = performance.now();
  for (const [turn, pause] of pauses.entries()) {
    await both[turn % 2]?.(world.cloud, keyArn);
    await sleep(Math.min(pause, (withinMs / turns) * (turn + 1) - (performance.now() - begun)));
  }
  expect(performance.now() - begun).toBeLessThan(1.5 * withinMs);
}

const isSettled = async (...states: readonly string[]) =>
  (await lockouts(world.cloud)).every(({ state }) => states.includes(state));
const keys = async () => (await read<{ items: object[] }>(world.cloud, '/v1/keys')).items;

describe('fifty turns of a key within ten seconds', () => {
  it('that end with it enabled: everything serves, with its data', async () => {
    await toggle(disable, enable);
    await world.eventually('settled', () => isSettled('restored', 'cancelled'));

    await Promise.all(names.map((name) => inStatus(world.cloud, name, 'available')));
    await assertServing(world, digests);
    expect(await keys()).toMatchObject([{ status: 'usable', lockout: null }]);
    await assertNothingLeft(world);
  });

  it('that end with it disabled: everything is off; and back with its data when it is enabled', async () => {
    await toggle(enable, disable);
    await world.eventually('stopped', async () => (await lockouts(world.cloud))[0]?.state === 'stopped');

    await Promise.all(names.map((name) => inStatus(world.cloud, name, 'stopped')));
    expect(world.home.services()).toEqual([]);
    expect(await keys()).toMatchObject([{ status: 'unusable' }]);
    await assertNothingLeft(world);
    await enable(world.cloud, keyArn);
    await world.eventually('restored', () => isSettled('restored', 'cancelled'));
    await assertServing(world, digests);
    expect((await verification(world.cloud)).intact).toBe(true);
  });
});
