/** A lockout of ten databases of three apps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  awaitNotification,
  create,
  databases,
  disable,
  enable,
  type Lockout,
  lockoutIn,
  mails,
  timeline,
} from '#local/test-support/customer.ts';
import { aHome, type Running } from './cloud.ts';
import { digestOf, fill } from './redis-data.ts';

const home = aHome();
/** Bob is the admin of two apps. */
const admins = {
  shop: ['ann@example.com', 'bob@example.com'],
  search: ['bob@example.com'],
  billing: ['cy@example.com'],
};
const owned = {
  shop: ['shop-cart', 'shop-cache', 'shop-jobs', 'shop-users'],
  search: ['search-index', 'search-hits', 'search-jobs'],
  billing: ['billing-jobs', 'billing-rates', 'billing-runs'],
};
const wanted = Object.entries(owned).flatMap(([app, names]) => names.map((name) => ({ name, app })));

let cloud: Running;
let keyArn: string;
let digests: string[];
let lockout: Lockout;

beforeAll(async () => {
  cloud = await home.start();
  keyArn = await aKey(cloud);
  for (const [name, its] of Object.entries(admins))
    await create(cloud, '/v1/apps', { name, space: 'acme-private', admins: its });
  await databases(cloud, keyArn, wanted);
  digests = await Promise.all(wanted.map(({ name }) => fill(cloud, name, 1000)));
  expect(home.services()).toHaveLength(wanted.length);
  await disable(cloud, keyArn);
  lockout = await lockoutIn(cloud, 'stopped');
  await awaitNotification(cloud, 'databases_stopped');
});
afterAll(() => home.end());

const mailsTo = async (admin: string, words: string) =>
  (await mails(cloud)).filter(({ subject, destination }) => subject.includes(words) && destination.to.includes(admin));

describe('a lockout over ten databases of three apps', () => {
  it('stops all services before any server', async () => {
    const entries = (await timeline(cloud)).filter(({ subject }) => subject.lockoutId === lockout.id);
    const [services, servers] = ['ServicesStopped', 'ServersStopped'].map((wantedType) =>
      entries.flatMap(({ type, seq, subject }) =>
        type === wantedType ? (subject.databaseIds ?? []).map(() => seq) : [],
      ),
    );

    expect([services?.length, servers?.length]).toEqual([wanted.length, wanted.length]);
    expect(Math.max(...(services ?? []))).toBeLessThan(Math.min(...(servers ?? [])));
    expect(home.services()).toEqual([]);
  });

  it.each([
    ['ann@example.com', owned.shop],
    ['bob@example.com', [...owned.shop, ...owned.search]],
    ['cy@example.com', owned.billing],
  ])('notifies %s in one mail that names all of theirs and no other', async (admin, theirs) => {
    const about = await mailsTo(admin, 'stopped');

    expect(about).toHaveLength(1);
    const named = wanted.map(({ name }) => name).filter((name) => about[0]?.body.text.includes(`  ${name} `));
    expect(named).toEqual(theirs);
    expect(await mailsTo(admin, 'will stop')).toHaveLength(1);
  });

  it('restores all of them with their data, and notifies each admin once', async () => {
    await enable(cloud, keyArn);
    await lockoutIn(cloud, 'restored');
    await awaitNotification(cloud, 'databases_restored');

    expect(home.services()).toHaveLength(wanted.length);
    expect(await Promise.all(wanted.map(({ name }) => digestOf(cloud, name)))).toEqual(digests);
    for (const admin of new Set(Object.values(admins).flat())) expect(await mailsTo(admin, 'restored')).toHaveLength(1);
  });
});
