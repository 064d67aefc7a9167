/** kill -9 of the whole platform in a lockout, at two moments; `faults/` covers every state of every machine. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  awaitNotification,
  databases,
  disable,
  enable,
  lockoutIn,
  notifiedFacts,
  verification,
} from '#local/test-support/customer.ts';
import { aHome, type Running } from './cloud.ts';
import { digestOf, fill } from './redis-data.ts';

const home = aHome();
const names = ['orders', 'sessions'];
let cloud: Running;
let keyArn: string;
let digests: string[];
let lockoutsSoFar = 0;

beforeAll(async () => {
  cloud = await home.start();
  keyArn = await aKey(cloud);
  const wanted = names.map((name) => ({ name, app: 'your-app-name' }));
  await databases(cloud, keyArn, wanted);
  digests = await Promise.all(names.map((name) => fill(cloud, name, 10_000)));
});
afterAll(() => home.end());

const killAndStart = async () => {
  await cloud.kill();
  cloud = await home.start();
};

const untilStopped = async () => {
  const lockout = await lockoutIn(cloud, 'stopped');
  await awaitNotification(cloud, 'databases_stopped', lockoutsSoFar);
  expect(home.services()).toEqual([]);
  return lockout;
};

/** Everything is restored, and every notice of the lockout was sent once. */
const restoredInFull = async () => {
  const lockout = await lockoutIn(cloud, 'restored');
  await awaitNotification(cloud, 'databases_restored', lockoutsSoFar);
  expect(await Promise.all(names.map((name) => digestOf(cloud, name)))).toEqual(digests);
  expect(await notifiedFacts(cloud, lockout, 'admin@example.com')).toEqual(['will stop', 'stopped', 'restored']);
  expect(await verification(cloud)).toMatchObject({ intact: true, firstBad: null });
};

describe('kill -9 of the whole process, and a start on the same folder', () => {
  it('while services stop: everything stops all the same, and is restored with no key lost', async () => {
    lockoutsSoFar += 1;
    await disable(cloud, keyArn);
    await lockoutIn(cloud, 'stopping_services');
    await killAndStart();

    await untilStopped();
    await enable(cloud, keyArn);
    await restoredInFull();
  });

  it('while stopped: everything stays stopped, and enabling the key without an event restores it', async () => {
    lockoutsSoFar += 1;
    await disable(cloud, keyArn);
    const { id } = await untilStopped();
    await killAndStart();

    expect((await lockoutIn(cloud, 'stopped')).id).toBe(id);
    expect(home.services()).toEqual([]);
    await enable(cloud, keyArn);
    await restoredInFull();
  });
});
