/** A database under a customer key, from its creation to its destruction. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccount } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import {
  aServingDatabase,
  type DatabaseResponse,
  folderOf,
  inStatus,
  rowOf,
  urlsOf,
  withRedis,
} from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

interface Grant {
  readonly GrantId: string;
  readonly Name: string;
  readonly Constraints: unknown;
}
const grantsOn = async (arn: string) => (await platform.kms('ListGrants', { KeyId: arn })).Grants as Grant[];
const configVars = async (app: string) =>
  (await platform.ask<Record<string, string | null>>(`GET /v1/apps/${app}/config-vars`)).body;
const create = (body: object) => platform.ask<DatabaseResponse>('POST /v1/databases', { body });

describe('a database under a customer key', () => {
  let key: string;
  let database: DatabaseResponse;
  beforeAll(async () => {
    key = await platform.keyOfCustomer();
    database = await aServingDatabase(platform, { key, name: 'sessions' });
  });

  it('registers the key on the way, and counts on it', async () => {
    expect(database.key?.arn).toBe(key);
    const { body } = await platform.ask(`GET /v1/keys/${database.key?.id}`);
    expect(body).toMatchObject({ arn: key, databases: 1, status: 'usable' });
  });

  it('has a grant in KMS, for this database only, and the API shows the same', async () => {
    const grants = await grantsOn(key);
    expect(grants).toMatchObject([
      {
        Name: database.id,
        GranteePrincipal: platform.cloud.environment.DATA_PLANE_ROLE_ARN,
        Constraints: {
          EncryptionContextSubset: { 'latchkey:team': platform.teamId, 'latchkey:database': database.id },
        },
      },
    ]);

    const grantList = await platform.ask<{ items: unknown[] }>(`GET /v1/keys/${database.key?.id}/grants`);
    expect(grantList.body.items).toMatchObject([{ id: grants[0]?.GrantId, database: 'sessions', status: 'active' }]);
  });

  it('serves at the URL in the app’s config vars', async () => {
    const [attachment] = database.attachments;
    const url = (await configVars('your-app-name'))[attachment?.configVar ?? ''] ?? '';

    expect(
      await withRedis(url, async (redis) => [await redis.set('greeting', 'hello'), await redis.get('greeting')]),
    ).toEqual(['OK', 'hello']);
  });

  it('refuses clients without the password', async () => {
    const { url } = await urlsOf(platform, database.id);
    await expect(withRedis(url.replace(/:[^:@]+@/, ':wrong@'), (redis) => redis.ping())).rejects.toThrow();
    await expect(withRedis(url.replace(/\/\/.*@/, '//'), (redis) => redis.ping())).rejects.toThrow();
  });

  it('wrote a release and an entry', async () => {
    const { body } = await platform.ask<{ items: { description: string }[] }>('GET /v1/apps/your-app-name/releases');
    expect(body.items[0]?.description).toContain('(sessions)');

    const own = (await platform.entries())
      .filter(({ subject }) => subject.databaseId === database.id)
      .map(({ type }) => type);
    expect(own).toEqual(['DatabaseCreating', 'GrantCreated', 'DatabaseCreated']);
  });

  describe('whose owner inspects the grants', () => {
    const listed = async (query = '') =>
      (
        await platform.ask<{ items: object[]; seen: string; cursor: string | null }>(
          `GET /v1/keys/${database.key?.id}/grants${query}`,
        )
      ).body;
    const give = async (GranteePrincipal: string) =>
      (await platform.kms('CreateGrant', { KeyId: key, GranteePrincipal, Operations: ['Decrypt'] })) as {
        GrantId: string;
      };
    const ofPlatform = `arn:aws:sts::${platformAccount}:assumed-role/aws-ec2-infrastructure/i-1`;

    it('shows what else the platform was given, page by page, and nothing of others', async () => {
      const given = [await give(ofPlatform), await give('arn:aws:iam::999999999999:role/other')];
      const all = await listed();

      expect(all).toMatchObject({
        seen: 'key',
        cursor: null,
        items: [
          { database: 'sessions', status: 'active' },
          { id: given[0]?.GrantId, database: null, grantee: ofPlatform, operations: ['Decrypt'] },
        ],
      });

      const pages = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await listed(`?limit=1${cursor ? `&cursor=${cursor}` : ''}`);
        pages.push(...page.items);
        cursor = page.cursor;
      }

      expect(pages).toEqual(all.items);

      for (const { GrantId } of given) await platform.kms('RevokeGrant', { KeyId: key, GrantId });
      expect((await listed()).items).toHaveLength(1);
    });

    it('shows the same for a key whose policy does not allow listing its grants', async () => {
      const { Policy } = (await platform.kms('GetKeyPolicy', { KeyId: key })) as { Policy: string };
      await platform.kms('PutKeyPolicy', { KeyId: key, Policy: Policy.replace('"kms:ListGrants",', '') });

      expect(await listed()).toMatchObject({ seen: 'retirable', items: [{ database: 'sessions', status: 'active' }] });

      await platform.kms('PutKeyPolicy', { KeyId: key, Policy });
    });

    it('says that one was revoked', async () => {
      const [grant] = await grantsOn(key);
      await platform.kms('RevokeGrant', { KeyId: key, GrantId: grant?.GrantId });

      expect(await listed()).toMatchObject({
        seen: 'key',
        items: [{ id: grant?.GrantId, database: 'sessions', status: 'revoked', grantee: null }],
      });
    });
  });

  it('is destroyed only when it is named again', async () => {
    expect(await platform.ask('DELETE /v1/databases/sessions')).toBeProblem('confirmation_required');
    expect(await platform.ask('DELETE /v1/databases/sessions?confirm=another')).toBeProblem('confirmation_required');
    expect((await platform.ask<DatabaseResponse>('GET /v1/databases/sessions')).body.status).toBe('available');
  });

  it('leaves nothing behind when it is destroyed: no grant, volume, config var or name', async () => {
    const folder = folderOf(platform, await rowOf(platform, database.id));
    expect(existsSync(folder)).toBe(true);

    const { status, body } = await platform.ask<DatabaseResponse>('DELETE /v1/databases/sessions?confirm=sessions');
    expect([status, body.status]).toEqual([202, 'destroying']);

    await until('it is gone', async () => (await platform.ask(`GET /v1/databases/${database.id}`)).status === 404);
    expect(await grantsOn(key)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(await configVars('your-app-name')).not.toHaveProperty(database.attachments[0]?.configVar ?? '');
    expect((await platform.ask(`GET /v1/keys/${database.key?.id}`)).body.databases).toBe(0);

    await aServingDatabase(platform, { name: 'sessions' });
  });
});

describe('provisioning that fails', () => {
  it('is undone and says why, when the key is turned off before the launch', async () => {
    const key = await platform.keyOfCustomer();
    await platform.ask('POST /v1/keys', { body: { arn: key } });
    const stop = platform.cloud.states.call.bind(platform.cloud.states);
    // The first step must not run between the response and the next request.
    platform.cloud.states.call = async (call) => {
      if (call.operation === 'StartExecution') await platform.kms('DisableKey', { KeyId: key });
      return stop(call);
    };
    const { body } = await create({ name: 'unlucky', plan: 'private-7', app: 'your-app-name', encryptionKey: key });
    const failed = await inStatus(platform, body.id, 'failed');
    platform.cloud.states.call = stop;

    expect(failed.failure).toMatchObject({ reason: 'Problem', detail: expect.stringContaining('unusable') });
    expect(failed).toMatchObject({ server: 'stopped', service: 'stopped', endpoint: null, attachments: [] });
    const row = await rowOf(platform, body.id);
    expect(row.grantId).toBeNull();
    expect(existsSync(folderOf(platform, row))).toBe(false);
    expect(await grantsOn(key)).toEqual([]);
    const entry = (await platform.entries()).find(
      ({ type, subject }) => type === 'DatabaseFailed' && subject.databaseId === body.id,
    );
    expect(entry?.data).toMatchObject({ name: 'unlucky', detail: expect.stringContaining('unusable') });
    expect(await platform.ask('GET /v1/databases/unlucky/credentials')).toBeProblem('wrong_state');

    expect((await platform.ask('DELETE /v1/databases/unlucky')).status).toBe(202);
    await until('it is gone', async () => (await platform.ask('GET /v1/databases/unlucky')).status === 404);
  });
});

describe('a database under the platform’s own key', () => {
  it('needs no customer key, and gets a name and an attachment of its own', async () => {
    const { body } = await create({ plan: 'premium-0', app: 'example-app' });
    const database = await inStatus(platform, body.id, 'available');

    expect(database).toMatchObject({ name: expect.stringMatching(/^redis-[a-z]+-\d{5}$/), key: null });
    expect(database.attachments).toMatchObject([{ configVar: 'REDIS_URL' }]);

    const second = await aServingDatabase(platform, { app: 'example-app' });
    expect(second.attachments).toMatchObject([{ configVar: expect.stringMatching(/^REDIS_[A-Z0-9]+_URL$/) }]);
  });
});
