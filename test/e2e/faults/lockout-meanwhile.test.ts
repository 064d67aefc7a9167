/**
 * A lockout during all other operations: a database in each step of being created, forked, promoted, backed up and
 * destroyed, all under one key. The operations are held in their steps until the lockout has stopped the others,
 * continue under the unusable key, and then the key becomes usable again.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  create,
  type Database,
  databases,
  disable,
  enable,
  inStatus,
  lockoutIn,
  lockouts,
  read,
  readAll,
  request,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { digestOf, fill, withRedis } from '#test/e2e/redis-data.ts';
import { tasksIn } from './machines.ts';
import { assertNothingLeft, assertServing, type Digests, grantsOn, mailsOf } from './promises.ts';
import type { Rule } from './rules.ts';
import { aWorld } from './world.ts';

const app = 'your-app-name';
const plan = 'private-7';
const world = aWorld({ firstPort: 22_500 });
let keyArn: string;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
});
afterAll(() => world.end());

/** Starts one operation for each step, the last step first, so that each is held in its own step. */
async function heldIn(
  machine: string,
  steps: readonly string[],
  begin: (step: string) => Promise<unknown>,
): Promise<void> {
  const rules: Rule[] = [];
  for (const state of steps.toReversed()) {
    rules.push({ kind: 'hold', machine, state });
    await world.rules(...rules);
    await begin(state);
    await until(`held in ${state}`, async () => (await world.planStatus()).held.includes(state));
  }
}

/**
 * Disables the key, waits until all available databases are stopped, releases the held operations, after which nothing
 * may serve, and enables the key.
 */
async function lockedOut(): Promise<void> {
  await disable(world.cloud, keyArn);
  const { id } = await lockoutIn(world.cloud, 'stopped');
  const coming = (await all()).filter(({ status, service }) => status === 'creating' && service === 'running');
  expect(home.services()).toHaveLength(coming.length);
  await world.rules();
  await until('nothing comes any more', async () => !(await all()).some(({ status }) => status === 'creating'));
  expect(home.services()).toEqual([]);
  await enable(world.cloud, keyArn);
  await world.eventually('restored', async () =>
    (await lockouts(world.cloud)).every(({ state }) => state === 'restored'),
  );
  await mailsOf(world, id, ['lockout_opened', 'databases_stopped', 'databases_restored']);
}

const { home } = world;
const nameFor = (kind: string, step: string) => `${kind}-${step.toLowerCase().replaceAll(' ', '-')}`;
const steps = (machine: string, unlike: RegExp) => tasksIn(machine).filter((step) => !unlike.test(step));
const all = () => readAll<Database>(world.cloud, '/v1/databases');
const settled = async (...names: readonly string[]) =>
  (await all())
    .filter(({ name }) => names.includes(name))
    .every(({ status }) => !['creating', 'destroying'].includes(status));
const clearedUp = async (...names: readonly string[]) => {
  for (const name of names) await request(world.cloud, `DELETE /v1/databases/${name}?confirm=${name}`);
  await world.eventually('cleared up', async () => !(await all()).some(({ name }) => names.includes(name)));
  await assertNothingLeft(world);
  expect(await grantsOn(world, keyArn)).toBe((await all()).filter(({ key }) => key?.arn === keyArn).length);
};

let digests: Digests;
const withOrders = async () => {
  await databases(world.cloud, keyArn, [{ name: 'orders', app }]);
  digests = { orders: await fill(world.cloud, 'orders', 2000) };
};

describe('a lockout', () => {
  it('while databases are made: each is undone or serves, and nothing of them is left over', async () => {
    await withOrders();
    const machine = 'provision-database';
    const making = steps(machine, /^(Terminate|Retire|Mark)/);
    const names = making.map((step) => nameFor('made', step));
    await heldIn(machine, making, (step) =>
      create(world.cloud, '/v1/databases', { name: nameFor('made', step), app, plan, encryptionKey: keyArn }),
    );
    await lockedOut();
    await world.eventually('settled', () => settled(...names));

    await assertServing(world, digests);
    for (const { name, status } of (await all()).filter((each) => names.includes(each.name))) {
      expect([name, ['available', 'failed']]).toEqual([name, expect.arrayContaining([status])]);
      if (status === 'available')
        expect(await withRedis(world.cloud, name, (redis) => redis.set('mine', 'now'))).toBe('OK');
    }
    await clearedUp(...names);
  });

  it('while databases are forked: each is undone or follows, and nothing of them is left over', async () => {
    const machine = 'provision-database';
    const forking = ['Follow the leader', 'Start the service', 'Attach to the app'];
    const names = forking.map((step) => nameFor('fork', step));
    await heldIn(machine, forking, (step) =>
      create(world.cloud, '/v1/databases', {
        name: nameFor('fork', step),
        app,
        plan,
        fork: 'orders',
        encryptionKey: keyArn,
      }),
    );
    await lockedOut();
    await world.eventually('settled', () => settled(...names));

    await assertServing(world, digests);
    for (const { name, status } of (await all()).filter(
      (each) => names.includes(each.name) && each.status !== 'failed',
    )) {
      expect([name, status]).toEqual([name, 'following']);
      await world.eventually(
        'caught up',
        async () => (await read<Database>(world.cloud, `/v1/databases/${name}`)).fork?.caughtUp ?? false,
      );
      expect(await digestOf(world.cloud, name)).toBe(digests.orders);
    }
    await clearedUp(...names);
  });

  it('while databases are backed up and destroyed: destroyed ones are gone, the others serve', async () => {
    const taking = steps('backup-database', /^(Remove|Mark)/);
    const going = steps('destroy-database', /^(Take|Record|Mark)/);
    const doomed = going.map((step) => nameFor('gone', step));
    await databases(
      world.cloud,
      keyArn,
      doomed.map((name) => ({ name, app })),
    );
    await heldIn('backup-database', taking, () => create(world.cloud, '/v1/databases/orders/backups', {}));
    const rules: Rule[] = taking.map((state) => ({ kind: 'hold', machine: 'backup-database', state }));
    for (const step of going.toReversed()) {
      rules.push({ kind: 'hold', machine: 'destroy-database', state: step });
      await world.rules(...rules);
      await request(world.cloud, `DELETE /v1/databases/${nameFor('gone', step)}?confirm=${nameFor('gone', step)}`);
      await until(`held in ${step}`, async () => (await world.planStatus()).held.includes(step));
    }
    await lockedOut();
    await world.eventually('gone', async () => !(await all()).some(({ name }) => doomed.includes(name)));
    const backups = () => readAll<{ status: string }>(world.cloud, '/v1/databases/orders/backups');
    await world.eventually('backups settled', async () =>
      (await backups()).every(({ status }) => status !== 'pending'),
    );

    await assertServing(world, digests);
    await clearedUp();
  });

  it('while databases are promoted: each is the leader or follows, and no write is lost', async () => {
    const machine = 'promote-database';
    const promoting = steps(machine, /^Undo/);
    const apps = promoting.map((step) => nameFor('app', step));
    for (const [index, step] of promoting.entries()) {
      await create(world.cloud, '/v1/apps', {
        name: apps[index],
        space: 'acme-private',
        admins: ['admin@example.com'],
      });
      await create(world.cloud, '/v1/databases', { name: nameFor('old', step), app: apps[index], plan: 'premium-7' });
    }
    await Promise.all(promoting.map((step) => inStatus(world.cloud, nameFor('old', step), 'available')));
    const data = new Map<string, string>();
    for (const [index, step] of promoting.entries()) {
      data.set(step, await fill(world.cloud, nameFor('old', step), 500));
      const fork = {
        name: nameFor('new', step),
        app: apps[index],
        plan,
        fork: nameFor('old', step),
        encryptionKey: keyArn,
      };
      await create(world.cloud, '/v1/databases', fork);
    }
    const caughtUp = async (step: string) =>
      (await read<Database>(world.cloud, `/v1/databases/${nameFor('new', step)}`)).fork?.caughtUp ?? false;
    await world.eventually('caught up', async () => (await Promise.all(promoting.map(caughtUp))).every(Boolean));
    await heldIn(machine, promoting, (step) =>
      create(world.cloud, `/v1/databases/${nameFor('new', step)}/promotion`, { app: nameFor('app', step) }),
    );
    const unkeyed = (await all()).filter(({ key }) => key === null).length;
    await disable(world.cloud, keyArn);
    await lockoutIn(world.cloud, 'stopped');
    expect(home.services()).toHaveLength(unkeyed);
    await world.rules();
    await enable(world.cloud, keyArn);
    await world.eventually('restored', async () =>
      (await lockouts(world.cloud)).every(({ state }) => state === 'restored'),
    );

    for (const step of promoting) {
      const [old, young] = [nameFor('old', step), nameFor('new', step)];
      const main = async () =>
        (await all()).find(
          ({ name, attachments }) => [old, young].includes(name) && attachments.some((each) => each.name === 'REDIS'),
        );
      await world.eventually(`${step}: writes`, async () => {
        const found = await main();
        return found
          ? withRedis(world.cloud, found.name, (redis) => redis.set('mine', 'now')).then(
              () => true,
              () => false,
            )
          : false;
      });
      const name = (await main())?.name ?? '';
      await withRedis(world.cloud, name, (redis) => redis.del('mine'));
      expect([step, await digestOf(world.cloud, name)]).toEqual([step, data.get(step)]);
    }
    await assertServing(world, digests);
    await assertNothingLeft(world);
  });
});
