/**
 * An admin whose address would exceed DynamoDB's limit of row keys does not keep other admins from getting their mails.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { App } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { appSaved } from '#lib/model/items/apps.ts';
import { appStore } from '#lib/store/apps.ts';
import { committer } from '#lib/wiring/committer.ts';
import '#test/support/matchers.ts';
import { aServingDatabase, lockoutIn } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
const long = `${'a'.repeat(1200)}@example.com`;

beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

it('refuses an address above 254 characters, or above 64 before the @, wherever one is taken', async () => {
  const atTheBound = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.eu`;
  const tooLong = [long, `a${'x'.repeat(254 - '@example.com'.length)}@example.com`, `${'a'.repeat(65)}@example.com`];
  for (const address of tooLong) {
    const app = { name: 'too-long', space: 'acme-private', admins: ['admin@example.com', address] };
    expect(await platform.ask('POST /v1/apps', { body: app })).toBeProblem('invalid_request');
    const token = await platform.ask('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'too-long', email: address },
    });
    expect(token).toBeProblem('invalid_request');
  }

  const kept = await platform.ask('POST /v1/apps', {
    body: { name: 'long-app', space: 'acme-private', admins: [atTheBound] },
  });
  expect(kept.status).toBe(201);
});

it('sends every notice to the others, and records the recipients', async () => {
  const key = await platform.keyOfCustomer();
  await aServingDatabase(platform, { key, name: 'orders-db' });
  await withAdmins('your-app-name', [long, 'admin@example.com', 'second@example.com']);

  await platform.kms('DisableKey', { KeyId: key });
  await lockoutIn(platform, key, 'stopped');
  await platform.kms('EnableKey', { KeyId: key });
  const { id } = await lockoutIn(platform, key, 'restored');
  const dataOf = async (type: string) =>
    (await platform.entries())
      .filter(({ subject, ...entry }) => subject.lockoutId === id && entry.type === type)
      .map(({ data }) => data);
  await until('all is on record', async () =>
    (await dataOf('AdminsNotified')).some(({ fact }) => fact === 'databases_restored'),
  );

  for (const to of ['admin@example.com', 'second@example.com']) {
    const mails = (await platform.mails()).filter(({ destination }) => destination.to.includes(to));
    expect(mails).toHaveLength(3);
  }
  const facts = ['lockout_opened', 'databases_stopped', 'databases_restored'];
  const others = expect.arrayContaining(['admin@example.com', 'second@example.com']);
  expect((await dataOf('AdminsNotified')).map(({ fact, admins }) => [fact, admins])).toEqual(
    facts.map((fact) => [fact, others]),
  );
});

/** As stored for an app before addresses had a bound. The restart of an attachment may change the app meanwhile. */
const withAdmins = (name: string, admins: readonly string[]): Promise<void> =>
  retryOnConflict(async () => {
    const app = (await appStore().findApp(platform.teamId, name)) as App;
    await committer().commit({
      teamId: platform.teamId,
      at: new Date(),
      changes: [appSaved({ ...app, admins })],
    });
  });
