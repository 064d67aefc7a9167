/** A lockout and its end, with real databases. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Entry } from '#lib/model/entry.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import {
  aServingDatabase,
  type DatabaseResponse,
  folderOf,
  inStatus,
  lockoutIn,
  rowOf,
  urlsOf,
  withRedis,
} from './preconditions.ts';

let platform: Platform;
let key: string;
let databases: DatabaseResponse[];
let urls: string[];
const treasure = 'a treasure that nobody may read';

beforeAll(async () => {
  platform = await aPlatform();
  await platform.ask('POST /v1/apps', {
    body: { name: 'second-app', space: 'acme-private', admins: ['second@example.com', 'admin@example.com'] },
  });
  key = await platform.keyOfCustomer();
  databases = [
    await aServingDatabase(platform, { key, name: 'orders-db' }),
    await aServingDatabase(platform, { key, name: 'basket-db', app: 'second-app' }),
  ];
  urls = await Promise.all(databases.map(async ({ id }) => (await urlsOf(platform, id)).url));
  for (const url of urls) await withRedis(url, (redis) => redis.set('treasure', treasure));
  await aServingDatabase(platform, { name: 'bystander', app: 'example-app' });
});
afterAll(() => platform.close());

const mailsAbout = async (subject: RegExp) => (await platform.mails()).filter((mail) => subject.test(mail.subject));
const recipients = (mails: Awaited<ReturnType<typeof mailsAbout>>) =>
  mails.flatMap(({ destination }) => destination.to).sort();
const entriesOf = async (lockoutId: string): Promise<Entry[]> =>
  (await platform.entries()).filter(({ subject }) => subject.lockoutId === lockoutId);
const sent = async (lockoutId: string, fact: string) =>
  (await entriesOf(lockoutId)).find(({ type, data }) => type === 'AdminsNotified' && data.fact === fact);
const everyFile = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));

describe('a key that is turned off', () => {
  let lockoutId: string;

  it('locks out all its databases: services, then servers, and one mail per admin with their databases', async () => {
    await platform.kms('DisableKey', { KeyId: key });
    const stopped = await lockoutIn(platform, key, 'stopped');
    lockoutId = stopped.id;
    await until('the admins are notified', () => sent(lockoutId, 'databases_stopped'));

    expect(stopped).toMatchObject({ cause: 'key_disabled' });
    expect(stopped.steps.map(({ state }) => state)).toEqual([
      'waiting',
      'stopping_services',
      'stopping_servers',
      'stopped',
    ]);
    expect(Date.parse(stopped.deadline) - Date.parse(stopped.openedAt)).toBe(600_000);
    const types = (await entriesOf(lockoutId)).map(({ type }) => type);
    expect(types.indexOf('ServicesStopped')).toBeGreaterThan(-1);
    expect(types.lastIndexOf('ServicesStopped')).toBeLessThan(types.indexOf('ServersStopped'));

    const warnings = await mailsAbout(/./);
    expect(recipients(warnings)).toEqual([
      'admin@example.com',
      'admin@example.com',
      'second@example.com',
      'second@example.com',
    ]);
    for (const mail of warnings.filter(({ destination }) => destination.to.includes('second@example.com'))) {
      expect(mail.body.text).toContain('basket-db');
      expect(mail.body.text).not.toContain('orders-db');
    }
    for (const mail of warnings.filter(({ destination }) => destination.to.includes('admin@example.com'))) {
      expect(mail.body.text).toContain('orders-db');
      expect(mail.body.text).toContain('basket-db');
      expect(mail.body.text).not.toContain('bystander');
    }
  });

  it('leaves every database stopped, out of reach, and nothing readable of it', async () => {
    for (const [index, { id }] of databases.entries()) {
      expect(await inStatus(platform, id, 'stopped')).toMatchObject({ server: 'stopped', service: 'stopped' });
      await expect(withRedis(urls[index] ?? '', (redis) => redis.ping())).rejects.toThrow();
      expect(await platform.ask(`GET /v1/databases/${id}/credentials`)).toBeProblem('key_unusable');
      const row = await rowOf(platform, id);
      expect(existsSync(join(platform.cloud.environment.FLEET_MEMORY_DIR ?? '', row.serverId))).toBe(false);
      const files = everyFile(folderOf(platform, row));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(readFileSync(file).includes(treasure)).toBe(false);
    }

    const vars = (await platform.ask<Record<string, string | null>>('GET /v1/apps/second-app/config-vars')).body;
    expect(vars).toEqual({ REDIS_URL: null });
  });

  it('touches no database on another key', async () => {
    expect((await platform.ask<DatabaseResponse>('GET /v1/databases/bystander')).body).toMatchObject({
      status: 'available',
      service: 'running',
    });
  });

  it('lets nothing new be put under it', async () => {
    const refused = await platform.ask('POST /v1/databases', {
      body: { name: 'newcomer', plan: 'private-7', app: 'your-app-name', encryptionKey: key },
    });

    expect(refused).toBeProblem('key_unusable');
    expect(refused.body.lockout).toBe(lockoutId);
  });

  it('is announced once, however often it is checked', async () => {
    const before = (await platform.mails()).length;
    const { key: ref } = (await platform.ask<DatabaseResponse>('GET /v1/databases/orders-db')).body;

    for (let times = 0; times < 3; times++) await platform.ask(`POST /v1/keys/${ref?.id}/checks`);

    expect((await platform.ask<{ items: unknown[] }>('GET /v1/lockouts')).body.items).toHaveLength(1);
    expect((await platform.mails()).length).toBe(before);
  });

  it('restores all with their data once it is enabled: servers, then services, then one mail per admin', async () => {
    await platform.kms('EnableKey', { KeyId: key });
    const restored = await lockoutIn(platform, key, 'restored');

    expect(restored.id).toBe(lockoutId);
    expect(restored.steps.map(({ state }) => state).slice(-3)).toEqual([
      'starting_servers',
      'starting_services',
      'restored',
    ]);
    for (const [index, { id }] of databases.entries()) {
      await inStatus(platform, id, 'available');
      expect(await withRedis(urls[index] ?? '', (redis) => redis.get('treasure'))).toBe(treasure);
    }

    await until('the admins are notified', () => sent(lockoutId, 'databases_restored'));
    const types = (await entriesOf(lockoutId)).map(({ type }) => type);

    expect(types.lastIndexOf('ServersStarted')).toBeLessThan(types.indexOf('ServicesStarted'));
    expect((await platform.ask('GET /v1/keys')).body.items).toMatchObject([
      { status: 'usable', lockout: null, databases: 2 },
    ]);
  });

  it('sent each notice to each admin exactly once', async () => {
    const facts = (await entriesOf(lockoutId))
      .filter(({ type }) => type === 'AdminsNotified')
      .map(({ data }) => [data.fact, data.admins]);
    const both = expect.arrayContaining(['admin@example.com', 'second@example.com']);

    expect(facts).toEqual([
      ['lockout_opened', both],
      ['databases_stopped', both],
      ['databases_restored', both],
    ]);
    expect(recipients(await mailsAbout(/./))).toEqual([
      ...Array(3).fill('admin@example.com'),
      ...Array(3).fill('second@example.com'),
    ]);
  });

  it('leaves a timeline that verifies', async () => {
    const { body } = await platform.ask<{ head: string; entries: number }>('GET /v1/timeline/verification');

    expect(body).toMatchObject({ intact: true, firstBad: null });
    // Checks may have added entries since.
    expect((await platform.entries())[body.entries - 1]?.hash).toBe(body.head);
  });
});
