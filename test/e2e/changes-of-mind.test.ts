/** A key that is disabled and enabled at various moments of a lockout. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  databases,
  disable,
  enable,
  inStatus,
  lockoutIn,
  lockouts,
  read,
  verification,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { aHome, type Running } from './cloud.ts';
import { digestOf, fill } from './redis-data.ts';

const home = aHome();
const names = ['orders', 'sessions'];
let cloud: Running;
let keyArn: string;
let digests: string[];

beforeAll(async () => {
  cloud = await home.start();
  keyArn = await aKey(cloud);
  await databases(
    cloud,
    keyArn,
    names.map((name) => ({ name, app: 'your-app-name' })),
  );
  digests = await Promise.all(names.map((name) => fill(cloud, name, 10_000)));
});
afterAll(() => home.end());

const statesOf = async () => (await lockouts(cloud))[0]?.steps.map(({ state }) => state);

const allServe = async () => {
  await Promise.all(names.map((name) => inStatus(cloud, name, 'available')));
  await until('no lockout open', async () =>
    (await lockouts(cloud)).every(({ state }) => state === 'restored' || state === 'cancelled'),
  );
  expect(await Promise.all(names.map((name) => digestOf(cloud, name)))).toEqual(digests);
};

const allAreOff = async () => {
  await lockoutIn(cloud, 'stopped');
  await Promise.all(names.map((name) => inStatus(cloud, name, 'stopped')));
  expect(home.services()).toEqual([]);
};

describe('a key that changes sides', () => {
  it('enabled in the waiting period: nothing was stopped', async () => {
    const before = home.services();
    await disable(cloud, keyArn);
    await lockoutIn(cloud, 'waiting');
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'cancelled');

    await allServe();
    expect(home.services()).toEqual(before);
  });

  it('enabled in the middle of stopping: the step ends, and everything is restored', async () => {
    await disable(cloud, keyArn);
    await lockoutIn(cloud, 'stopping_services');
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'restored');

    await allServe();
    expect((await statesOf())?.slice(-3)).toEqual(['starting_servers', 'starting_services', 'restored']);
  });

  it('disabled in the middle of restoring: everything is stopped again, without another waiting period', async () => {
    await disable(cloud, keyArn);
    await lockoutIn(cloud, 'stopped');
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'starting_servers');
    await disable(cloud, keyArn);

    await allAreOff();
    const states = (await statesOf()) ?? [];
    expect(states.slice(states.indexOf('starting_servers') + 1)).toContain('stopping_services');
    expect(states.filter((state) => state === 'waiting')).toHaveLength(1);
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'restored');
    await allServe();
  });

  /** In milliseconds: some changes fall into one step, some into different ones. */
  const pauses = [0, 10, 300, 0, 700, 50, 0, 2400, 150, 0, 90, 1200, 20, 0, 500, 30, 2300, 80, 0, 400];
  const toggle = async (begin: typeof enable, then: typeof enable) => {
    for (const [turn, pause] of pauses.entries()) {
      await (turn % 2 === 0 ? begin : then)(cloud, keyArn);
      await sleep(pause);
    }
  };

  it('20 times in a few seconds, in the end enabled: everything serves', async () => {
    await toggle(disable, enable);

    await allServe();
    expect((await read<{ items: { status: string }[] }>(cloud, '/v1/keys')).items).toMatchObject([
      { status: 'usable', lockout: null },
    ]);
  });

  it('20 times in a few seconds, in the end disabled: everything is off', async () => {
    await toggle(enable, disable);

    await allAreOff();
    expect((await read<{ items: { status: string }[] }>(cloud, '/v1/keys')).items).toMatchObject([
      { status: 'unusable' },
    ]);
    expect((await verification(cloud)).intact).toBe(true);
  });
});
