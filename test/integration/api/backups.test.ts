/** Backups and restores under customer keys, over the API. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { removeObject } from '#lib/aws/backups.ts';
import type { BackupView } from '#lib/contracts/backups.ts';
import type { Infer } from '#lib/model/schema.ts';
import { backupStore } from '#lib/store/backups.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, inStatus, lockoutIn, urlsOf, withRedis } from './preconditions.ts';

type BackupResponse = Infer<typeof BackupView>;

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const backUp = (database: string) => platform.ask<BackupResponse>(`POST /v1/databases/${database}/backups`);
const aBackup = async (database: string): Promise<BackupResponse> => settled((await backUp(database)).body);
const settled = ({ id, database }: BackupResponse): Promise<BackupResponse> =>
  until(`${id} is settled`, async () => {
    const { body } = await platform.ask<BackupResponse>(`GET /v1/databases/${database.id}/backups/${id}`);
    return body.status !== 'pending' && body;
  });
const restore = (backup: string, changes: object = {}) =>
  platform.ask<DatabaseResponse & { detail?: string }>('POST /v1/databases', {
    body: { plan: 'private-7', app: 'example-app', backup, ...changes },
  });
const fill = (id: string, count: number) =>
  urlsOf(platform, id).then(({ url }) =>
    withRedis(url, (redis) =>
      redis.mset(Object.fromEntries(Array.from({ length: count }, (_, n) => [`key:${n}`, `a plain value ${n}`]))),
    ),
  );
const contentOf = async (id: string): Promise<string> =>
  withRedis((await urlsOf(platform, id)).url, async (redis) => {
    const keys = (await redis.keys('*')).sort();
    return JSON.stringify([keys, keys.length > 0 ? await redis.mget(keys) : []]);
  });
const lose = async (backupId: string) => {
  const backup = await backupStore().backupById(platform.teamId, backupId);
  await removeObject(backup?.objectKey ?? '');
};
const storedBytes = () => {
  const folder = join(platform.cloud.dir, 's3', platform.cloud.environment.BACKUP_BUCKET ?? '', 'bytes');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
};

describe('a backup of a database under a customer key', () => {
  let key: string;
  let database: DatabaseResponse;
  beforeAll(async () => {
    key = await platform.keyOfCustomer();
    database = await aServingDatabase(platform, { key, name: 'ledger' });
    await fill(database.id, 300);
  });

  it('returns its location, is taken while clients stay connected, and is in the timeline', async () => {
    const { status, headers, body } = await backUp('ledger');
    expect([status, headers.get('location')]).toEqual([202, `/v1/databases/ledger/backups/${body.id}`]);
    expect(body).toMatchObject({
      status: 'pending',
      trigger: 'request',
      database: { name: 'ledger' },
      key: { arn: key },
    });

    const taken = await settled(body);
    expect(taken).toMatchObject({ status: 'available', readable: true, sizeBytes: expect.any(Number), failure: null });

    const entries = (await platform.entries()).filter(({ subject }) => subject.backupId === body.id);
    expect(entries.map(({ type }) => type)).toEqual(['BackupStarted', 'BackupTaken']);
    expect(entries[0]).toMatchObject({
      actor: { kind: 'token' },
      subject: { databaseId: database.id, keyId: database.key?.id },
    });
  });

  it('is ciphertext in the store', async () => {
    await aBackup('ledger');

    expect(storedBytes().length).toBeGreaterThan(0);
    for (const bytes of storedBytes()) {
      expect(bytes.includes('a plain value')).toBe(false);
      expect(bytes.includes('REDIS')).toBe(false);
    }
  });

  it('is restored to a new database under another key, with the same data', async () => {
    const { id } = await aBackup('ledger');
    const before = await contentOf(database.id);
    const other = await platform.keyOfCustomer();

    const { status, body } = await restore(id, { encryptionKey: other });

    expect([status, body.key?.arn, body.restoredFrom]).toEqual([202, other, { backupId: id, at: null }]);

    const made = await inStatus(platform, body.id, 'available');
    expect(await contentOf(made.id)).toBe(before);
    expect(made.restoredFrom).toEqual({ backupId: id, at: expect.any(String) });

    const [entries] = (await platform.entries()).filter(({ type }) => type === 'BackupRestored');
    expect(entries?.data).toMatchObject({ backup: id, from: key, to: other });
  });

  it('is listed newest first, page by page, and no other team sees it', async () => {
    const all = await pagesOf<BackupResponse>(platform.ask, '/v1/databases/ledger/backups', 1);
    expect(all.length).toBeGreaterThan(2);
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );

    const stranger = await aStranger();
    expect(await platform.ask(`GET /v1/databases/${database.id}/backups`, { token: stranger })).toBeProblem(
      'not_found',
    );
    expect(
      await platform.ask(`GET /v1/databases/${database.id}/backups/${all[0]?.id}`, { token: stranger }),
    ).toBeProblem('not_found');
  });

  it('never reaches the platform’s own key: without a key it is refused, and the operator is named', async () => {
    const { id } = await aBackup('ledger');
    const refused = await restore(id);

    expect(refused).toBeProblem('operator_required');
    expect(refused.body.detail).toMatch(/contact the operator/);
  });
});

const aStranger = async (): Promise<string> => {
  const made = await platform.ask<{ secret?: string; token?: string }>('POST /v1/tokens', {
    token: platform.tokens.adminToken,
    body: { name: 'stranger', scopes: ['read', 'write'], team: `stranger-${Date.now()}` },
  });
  return made.body.secret ?? made.body.token ?? '';
};

describe('what cannot be restored', () => {
  it('is refused before anything exists', async () => {
    const database = await aServingDatabase(platform, { name: 'plain', app: 'your-app-name' });
    await withRedis((await urlsOf(platform, database.id)).url, (redis) =>
      redis.set('big', Buffer.alloc(40 * 2 ** 20, 'x')),
    );
    const { id } = await aBackup('plain');

    const small = await restore(id, { plan: 'mini' });

    expect(small).toBeProblem('plan_unsupported');
    expect(small.body.detail).toMatch(/at least as large/);
    expect(await restore('bak_00000000000000000000000000')).toBeProblem('not_found');
    expect(await restore('../../etc')).toBeProblem('invalid_request');
    expect(await restore(id, { fork: 'plain' })).toBeProblem('invalid_request');
    expect((await restore(id, { plan: 'premium-1', name: 'plain-again' })).status).toBe(202);

    const made = await inStatus(platform, 'plain-again', 'available');
    expect(await contentOf(made.id)).toBe(await contentOf(database.id));
  });

  it('reads failed, with the reason, where the store has lost the backup, and leaves nothing behind', async () => {
    const { id } = await aBackup('plain');
    await lose(id);
    const { body } = await restore(id, { plan: 'premium-3', name: 'lost' });

    const failed = await inStatus(platform, body.id, 'failed');

    expect(failed).toMatchObject({
      server: 'stopped',
      endpoint: null,
      failure: { detail: 'The backup is no longer in the store.' },
    });
  });

  it('is another team’s', async () => {
    const [backup] = await pagesOf<BackupResponse>(platform.ask, '/v1/databases/plain/backups');
    const token = await aStranger();

    const app = await platform.ask('POST /v1/apps', { token, body: { name: 'theirs', admins: ['them@example.com'] } });

    expect(app.status).toBe(201);

    const tried = await platform.ask('POST /v1/databases', {
      token,
      body: { plan: 'premium-3', app: 'theirs', backup: backup?.id },
    });
    expect(tried).toBeProblem('not_found');
  });
});

describe('a database that does not serve', () => {
  it('is not backed up while it is created, failed or unknown', async () => {
    const key = await platform.keyOfCustomer();
    const { body } = await platform.ask<DatabaseResponse>('POST /v1/databases', {
      body: { name: 'early', plan: 'private-7', app: 'your-app-name', encryptionKey: key },
    });

    expect(await backUp(body.id)).toBeProblem('wrong_state');

    await inStatus(platform, body.id, 'available');
    expect(await backUp('nobody')).toBeProblem('not_found');
  });

  it('is not backed up while its key is off; its backups are listed, but unreadable, and not restored', async () => {
    const key = await platform.keyOfCustomer();
    const database = await aServingDatabase(platform, { key, name: 'vault' });
    const { id } = await aBackup('vault');
    await platform.kms('DisableKey', { KeyId: key });

    await lockoutIn(platform, key, 'stopped');

    expect(await backUp('vault')).toBeProblem('key_unusable');

    const { body } = await platform.ask<{ items: BackupResponse[] }>('GET /v1/databases/vault/backups');
    expect(body.items).toMatchObject([{ id, status: 'available', readable: false }]);

    const other = await platform.keyOfCustomer();
    expect(await restore(id, { encryptionKey: other })).toBeProblem('key_unusable');

    await platform.kms('EnableKey', { KeyId: key });
    await lockoutIn(platform, key, 'restored');

    expect((await restore(id, { encryptionKey: other, name: 'vault-again' })).status).toBe(202);
    expect(await contentOf((await inStatus(platform, 'vault-again', 'available')).id)).toBe(
      await contentOf(database.id),
    );
  });
});

describe('a backup that is removed', () => {
  it('is gone from the store and from the list, and the timeline names the actor', async () => {
    const database = await aServingDatabase(platform, { name: 'tidy' });
    const [gone, kept] = [await aBackup('tidy'), await aBackup('tidy')];
    const before = storedBytes().length;

    expect((await platform.ask(`DELETE /v1/databases/tidy/backups/${gone.id}`)).status).toBe(204);
    expect(storedBytes().length).toBe(before - 1);
    expect((await pagesOf<BackupResponse>(platform.ask, '/v1/databases/tidy/backups')).map(({ id }) => id)).toEqual([
      kept.id,
    ]);

    const entries = (await platform.entries()).filter(({ type }) => type === 'BackupRemoved');
    expect(entries).toMatchObject([
      { actor: { kind: 'token' }, subject: { backupId: gone.id, databaseId: database.id } },
    ]);
    expect(await platform.ask(`DELETE /v1/databases/tidy/backups/${gone.id}`)).toBeProblem('not_found');
  });

  it('is not one of another database, of another team, or one that is being taken', async () => {
    const [{ id } = { id: '' }] = await pagesOf<BackupResponse>(platform.ask, '/v1/databases/tidy/backups');
    expect(await platform.ask(`DELETE /v1/databases/plain/backups/${id}`)).toBeProblem('not_found');
    expect(await platform.ask(`DELETE /v1/databases/tidy/backups/${id}`, { token: await aStranger() })).toBeProblem(
      'not_found',
    );

    const { body } = await backUp('tidy');
    expect(await platform.ask(`DELETE /v1/databases/tidy/backups/${body.id}`)).toBeProblem('wrong_state');

    await settled(body);
  });

  it('needs no key', async () => {
    const key = await platform.keyOfCustomer();
    await aServingDatabase(platform, { key, name: 'keyless' });
    const { id } = await aBackup('keyless');
    await platform.kms('DisableKey', { KeyId: key });

    await lockoutIn(platform, key, 'stopped');

    expect((await platform.ask(`DELETE /v1/databases/keyless/backups/${id}`)).status).toBe(204);
  });
});

describe('a destroyed database', () => {
  it('leaves a last backup on request, which is found by its id and restored', async () => {
    const key = await platform.keyOfCustomer();
    const database = await aServingDatabase(platform, { key, name: 'farewell' });
    await fill(database.id, 50);
    const before = await contentOf(database.id);

    const { status } = await platform.ask('DELETE /v1/databases/farewell?confirm=farewell&backup=true');

    expect(status).toBe(202);

    await until('farewell is gone', async () => (await platform.ask('GET /v1/databases/farewell')).status === 404);
    const { body } = await platform.ask<{ items: BackupResponse[] }>(`GET /v1/databases/${database.id}/backups`);

    expect(body.items).toMatchObject([{ status: 'available', trigger: 'destroy', readable: true }]);
    expect(await platform.ask('GET /v1/databases/farewell/backups')).toBeProblem('not_found');

    const made = await restore(body.items[0]?.id ?? '', { encryptionKey: key });
    expect(await contentOf((await inStatus(platform, made.body.id, 'available')).id)).toBe(before);
  });
});
