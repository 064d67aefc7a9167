/** The impact of a key, before and after a lockout. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, lockoutIn } from './preconditions.ts';

let platform: Platform;
let key: string;
let database: DatabaseResponse;
beforeAll(async () => {
  platform = await aPlatform();
  key = await platform.keyOfCustomer();
  database = await aServingDatabase(platform, { key, name: 'orders' });
});
afterAll(() => platform.close());

const impact = async () => (await platform.ask(`GET /v1/keys/${database.key?.id}/impact`)).body;
const configVars = async (app: string) =>
  (await platform.ask<Record<string, string | null>>(`GET /v1/apps/${app}/config-vars`)).body;

describe('the impact of a key', () => {
  it('names what depends on it before anything is touched, and estimates nothing that was never measured', async () => {
    await platform.ask('POST /v1/databases/orders/backups');
    const [attachment] = database.attachments;

    const report = await until('the backup is known', async () => {
      const found = await impact();
      return (found.backups as { total: number }).total === 1 && found;
    });

    expect(report).toMatchObject({
      key: { arn: key, status: 'usable', lockout: null },
      databases: { total: 1, items: [{ id: database.id, name: 'orders', follows: null }] },
      followers: { total: 0 },
      backups: { items: [{ database: 'orders' }] },
      apps: { items: [{ name: 'your-app-name', configVars: [{ name: attachment?.configVar, database: 'orders' }] }] },
      ifDisabledNow: {
        waitingPeriodSeconds: 600,
        stoppedBy: null,
        stop: { seconds: null, reason: expect.stringMatching(/measured/) },
      },
      restart: { seconds: null, from: null, measured: 0 },
      safeToDelete: { verdict: 'no' },
    });
    expect((report.safeToDelete as { because: string[] }).because).toHaveLength(2);
  });

  it('names a follower under another key, through its leader', async () => {
    const encryptionKey = await platform.keyOfCustomer();
    const body = { name: 'copy', plan: 'private-7', app: 'example-app', fork: 'orders', encryptionKey };

    expect((await platform.ask('POST /v1/databases', { body })).status).toBe(202);

    const report = await impact();
    expect(report).toMatchObject({
      databases: { total: 1 },
      followers: { total: 1, items: [{ name: 'copy', leader: 'orders' }] },
    });
    expect((report.safeToDelete as { because: string[] }).because).toContainEqual(
      expect.stringContaining('1 follower (copy)'),
    );

    await until('copy follows', async () => {
      const { body: copy } = await platform.ask<DatabaseResponse>('GET /v1/databases/copy');
      return copy.status === 'following';
    });
    await platform.ask('DELETE /v1/databases/copy?confirm=copy');
    await until('copy is gone', async () => (await platform.ask('GET /v1/databases/copy')).status === 404);
  });

  it('was right: the config vars that it named read null while the key is off', async () => {
    const [app] = ((await impact()).apps as { items: { name: string; configVars: { name: string }[] }[] }).items;
    await platform.kms('DisableKey', { KeyId: key });
    await lockoutIn(platform, key, 'stopped');

    const vars = await configVars(app?.name ?? '');

    for (const { name } of app?.configVars ?? []) expect(vars[name]).toBeNull();
    expect(await impact()).toMatchObject({ key: { status: 'unusable', lockout: expect.stringMatching(/^lk_/) } });

    await platform.kms('EnableKey', { KeyId: key });
    await lockoutIn(platform, key, 'restored');
  });

  it('then estimates from measurements, and names their source', async () => {
    const report = await impact();

    expect(report).toMatchObject({
      ifDisabledNow: {
        stoppedBy: expect.any(String),
        stop: { seconds: expect.any(Number), from: 'this_key', measured: 1 },
      },
      restart: { seconds: expect.any(Number), from: 'this_key', measured: 1 },
    });
  });

  it('is that of the team’s own keys, and yes for one that nothing depends on', async () => {
    const { body } = await platform.ask('POST /v1/keys', { body: { arn: await platform.keyOfCustomer() } });

    expect((await platform.ask(`GET /v1/keys/${body.id}/impact`)).body).toMatchObject({
      databases: { total: 0 },
      restart: { from: 'other_keys' },
      safeToDelete: { verdict: 'yes' },
    });
    expect(await platform.ask('GET /v1/keys/key_00000000000000000000000000/impact')).toBeProblem('not_found');
  });
});
