/** Operating a database: attachments, plans, settings and maintenance. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, lockoutIn, urlsOf, withRedis } from './preconditions.ts';

let platform: Platform;
let database: DatabaseResponse;
beforeAll(async () => {
  platform = await aPlatform();
  database = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'orders' });
});
afterAll(() => platform.close());

const change = (line: string, body: object) => platform.ask(line, { body });
/** As in `maxmemory_policy:noeviction`. */
const memoryOf = async (): Promise<string> =>
  withRedis((await urlsOf(platform, database.id)).url, (redis) => redis.info('memory'));
const varsOf = async (app: string) =>
  (await platform.ask<Record<string, string>>(`GET /v1/apps/${app}/config-vars`)).body;

describe('a second app’s attachment', () => {
  it('is a config var of that app, until it is detached, and the data stays', async () => {
    const made = await change('POST /v1/apps/example-app/attachments', { database: 'orders', name: 'CACHE' });
    expect([made.status, made.headers.get('location')]).toEqual([201, '/v1/apps/example-app/attachments/CACHE']);
    expect(made.body).toMatchObject({
      name: 'CACHE',
      configVar: 'CACHE_URL',
      database: { id: database.id, name: 'orders' },
    });
    expect((await varsOf('example-app')).CACHE_URL).toBe((await urlsOf(platform, database.id)).url);

    const gone = await platform.ask('DELETE /v1/apps/example-app/attachments/CACHE');
    expect(gone.body).toMatchObject({ id: database.id, status: 'available', attachments: [{ name: 'REDIS' }] });
    expect(await varsOf('example-app')).not.toHaveProperty('CACHE_URL');
    expect(await platform.ask('DELETE /v1/apps/example-app/attachments/CACHE')).toBeProblem('not_found');
  });

  it('takes a name over only when the app’s name confirms it', async () => {
    const other = await aServingDatabase(platform, { name: 'other', app: 'example-app' });
    const [{ name } = { name: '' }] = other.attachments;
    const wanted = { database: 'orders', name };

    expect(await change('POST /v1/apps/example-app/attachments', wanted)).toBeProblem('confirmation_required');
    expect((await change('POST /v1/apps/example-app/attachments', { ...wanted, confirm: 'example-app' })).status).toBe(
      201,
    );

    const vars = await varsOf('example-app');
    expect(vars[`${name}_URL`]).toBe((await urlsOf(platform, database.id)).url);
    expect(Object.values(vars)).toContain((await urlsOf(platform, other.id)).url);
  });

  it('is refused for an invalid name, an unknown database and an unknown app', async () => {
    expect(await change('POST /v1/apps/example-app/attachments', { database: 'orders', name: 'cache' })).toBeProblem(
      'invalid_request',
    );
    expect(await change('POST /v1/apps/example-app/attachments', { database: 'nobody' })).toBeProblem('not_found');
    expect(await change('POST /v1/apps/nobody/attachments', { database: 'orders' })).toBeProblem('not_found');
    expect(await change('POST /v1/apps/example-app/attachments', {})).toBeProblem('invalid_request');
  });
});

describe('a change of plan', () => {
  it('gives the running service its memory', async () => {
    const { status, body } = await change('PATCH /v1/databases/orders/plan', { plan: 'private-9' });
    expect([status, body.plan]).toEqual([200, 'private-9']);

    const { body: plans } = await platform.ask<{ items: { name: string; memoryMb: number }[] }>('GET /v1/plans');
    const memoryMb = plans.items.find(({ name }) => name === 'private-9')?.memoryMb ?? 0;

    expect(await memoryOf()).toContain(`maxmemory:${memoryMb * 2 ** 20}\r\n`);
  });

  it('is refused where the key or the app’s space forbids it', async () => {
    expect(await change('PATCH /v1/databases/orders/plan', { plan: 'premium-9' })).toBeProblem('plan_unsupported');
    expect(await change('PATCH /v1/databases/orders/plan', { plan: 'shield-9' })).toBeProblem('plan_unsupported');
    expect(await change('PATCH /v1/databases/orders/plan', { plan: 'huge' })).toBeProblem('invalid_request');
  });
});

describe('the settings', () => {
  it('are the plan’s until they are changed, and are the running service’s at once', async () => {
    const response = await platform.ask('GET /v1/databases/orders/settings');
    expect(response.body).toEqual({ evictionPolicy: 'noeviction', idleTimeoutSeconds: 0, keyspaceEvents: '' });

    const { body } = await change('PATCH /v1/databases/orders/settings', {
      evictionPolicy: 'allkeys-lru',
      idleTimeoutSeconds: 77,
    });
    expect(body).toEqual({ evictionPolicy: 'allkeys-lru', idleTimeoutSeconds: 77, keyspaceEvents: '' });

    await change('PATCH /v1/databases/orders/settings', { keyspaceEvents: 'AKE' });
    expect(await memoryOf()).toContain('maxmemory_policy:allkeys-lru');
  });

  it.each([
    {},
    { evictionPolicy: 'bogus' },
    { idleTimeoutSeconds: -1 },
    { idleTimeoutSeconds: 1.5 },
    { keyspaceEvents: 'A' },
    { keyspaceEvents: '1' },
    { maxmemory: 1 },
  ])('%j is refused, and changes nothing', async (body) => {
    const before = (await platform.ask('GET /v1/databases/orders/settings')).body;
    expect(await change('PATCH /v1/databases/orders/settings', body)).toBeProblem('invalid_request');
    expect((await platform.ask('GET /v1/databases/orders/settings')).body).toEqual(before);
  });
});

describe('maintenance', () => {
  const window = { day: 'monday', time: '10:00' };

  it('has a window of its own, which its owner moves', async () => {
    expect((await platform.ask('GET /v1/databases/orders/maintenance')).body).toMatchObject({
      scheduledFor: null,
      startedAt: null,
      past: [],
    });

    const { body } = await change('PATCH /v1/databases/orders/maintenance', { window });
    expect(body).toMatchObject({ window, windowText: 'Mondays 10:00 to 14:00 UTC' });
    for (const wrong of [{ day: 'someday', time: '10:00' }, { day: 'monday', time: '24:00' }, { day: 'monday' }])
      expect(await change('PATCH /v1/databases/orders/maintenance', { window: wrong })).toBeProblem('invalid_request');
  });

  it('is scheduled into the window, and done at once on request', async () => {
    const { body } = await change('POST /v1/databases/orders/maintenance/schedule', { weeks: 2 });
    const scheduledFor = String(body.scheduledFor);
    expect([new Date(scheduledFor).getUTCDay(), scheduledFor.slice(11, 16)]).toEqual([1, '10:00']);
    expect(await change('POST /v1/databases/orders/maintenance/schedule', { weeks: 53 })).toBeProblem(
      'invalid_request',
    );

    expect((await change('POST /v1/databases/orders/maintenance/runs', {})).status).toBe(202);
    const past = await until('it is maintained', async () => {
      const now = (
        await platform.ask<{ past: unknown[]; startedAt: string | null }>('GET /v1/databases/orders/maintenance')
      ).body;
      return now.startedAt === null && now.past.length > 0 && now.past;
    });
    expect(past).toMatchObject([{ failure: null, scheduledFor }]);
    expect(await memoryOf()).toContain('maxmemory_policy:allkeys-lru');
  });
});

describe('while the key is off', () => {
  it('nothing that touches the service is changed, and what needs no key is', async () => {
    await platform.kms('DisableKey', { KeyId: String(database.key?.arn) });
    await lockoutIn(platform, String(database.key?.arn), 'stopped');

    expect(await change('PATCH /v1/databases/orders/plan', { plan: 'private-7' })).toBeProblem('key_unusable');
    expect(await change('PATCH /v1/databases/orders/settings', { idleTimeoutSeconds: 1 })).toBeProblem('key_unusable');
    expect(await change('POST /v1/databases/orders/maintenance/runs', {})).toBeProblem('key_unusable');
    expect(await change('POST /v1/apps/example-app/attachments', { database: 'orders', name: 'LATER' })).toBeProblem(
      'key_unusable',
    );
    expect((await platform.ask('GET /v1/databases/orders/settings')).body).toMatchObject({ idleTimeoutSeconds: 77 });
    expect(
      (await change('PATCH /v1/databases/orders/maintenance', { window: { day: 'sunday', time: '01:00' } })).status,
    ).toBe(200);
  });
});
