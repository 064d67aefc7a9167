import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { aHome, type Running } from '../cloud.ts';
import { aKey, type Database, inStatus, read } from '../customer.ts';
import { until } from '../until.ts';
import { versions } from './install.ts';
import { aTerminal, type Terminal } from './terminal.ts';

const home = aHome({ speed: 60 });
let cloud: Running;
let newest: Terminal;
let bare: Terminal;
let wrapped: Terminal;
let arn: string;

beforeAll(async () => {
  cloud = await home.start();
  newest = aTerminal(cloud, versions.newest);
  bare = aTerminal(cloud, versions.bare);
  wrapped = aTerminal(cloud, versions.newest, `${home.dir}/bin/heroku`);
  arn = await aKey(cloud);
});

afterAll(async () => {
  for (const terminal of [newest, bare, wrapped]) terminal?.close();
  await home.end();
});

const nameIn = (text: string): string => /\b(redis-[a-z]+-\d+)\b/.exec(text)?.[1] ?? '';
const urlOf = async (app: string): Promise<string> => (await newest.heroku(`config:get REDIS_URL --app ${app}`)).stdout.trim();

async function ask<T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

describe("the seed's commands", () => {
  let leader = '';

  it('create a database under the key, with flags behind --, by the newest CLI', async () => {
    const shown = await newest.heroku(`addons:create heroku-redis:private-7 --app your-app-name -- --encryption-key ${arn}`);
    leader = nameIn(shown.text);

    expect(shown.text).toContain('Creating heroku-redis:private-7 on your-app-name...');
    expect(shown.text).toContain(`Encrypted under your key ${arn}`);
    const database = await inStatus(cloud, leader, 'available');
    expect(database.key?.arn).toBe(arn);
    expect(await ask(await urlOf('your-app-name'), (redis) => redis.set('kept', 'yes'))).toBe('OK');
  });

  it('create one with bare flags by 8.11.5, and by the newest CLI through the wrapper', async () => {
    const old = await bare.heroku(`addons:create heroku-redis:private-7 --encryption-key ${arn} --app example-app --wait`);
    const now = await wrapped.heroku(`addons:create heroku-redis:private-7 --encryption-key ${arn} --app example-app --wait`);

    expect(old.text).toContain('Created redis-');
    expect(old.text).toContain('as REDIS_URL');
    expect(now.text).toMatch(/Created redis-\S+ as REDIS_[A-Z]+_URL/);
    for (const shown of [old, now]) {
      const database = await read<Database>(cloud, `/v1/databases/${nameIn(shown.text)}`);
      expect([database.status, database.key?.arn, database.app]).toEqual(['available', arn, 'example-app']);
    }
  });

  it.each([
    ['bare, by 8.11.5', () => bare, '--fork URL --encryption-key ARN --app your-app-name'],
    ['bare, by the newest CLI through the wrapper', () => wrapped, '--fork URL --encryption-key ARN --app your-app-name'],
    ['behind --, by the newest CLI', () => newest, '--app your-app-name -- --fork URL --encryption-key ARN'],
  ])('fork it by its URL: %s', async (_, terminal, flags) => {
    const url = (await urlOf('your-app-name')).replace('//default:', '//h:');
    const line = flags.replace('URL', url).replace('ARN', arn);
    const shown = await terminal().heroku(`addons:create heroku-redis:private-7 ${line}`);

    expect(shown.text).toContain(`It follows ${leader}`);
    const fork = nameIn(shown.text.replaceAll(leader, ''));
    await inStatus(cloud, fork, 'following');
    const waited = await newest.heroku(`redis:wait ${fork} --app your-app-name --wait-interval 1`);
    expect(waited.code).toBe(0);
    const info = await newest.heroku(`redis:info ${fork} --app your-app-name`);
    expect(info.text).toContain(`Fork: follows ${leader}`);
    expect(info.text).toContain('caught up (0 bytes behind)');
    expect(info.text).toContain(`Customer Encryption Key: ${arn}`);
  });

  it.each([
    ['11.10.0', () => newest],
    ['8.11.5', () => bare],
  ])('promote a fork, so that the app has its URL and its data: %s', async (_, terminal) => {
    const before = await urlOf('your-app-name');
    const { items } = await read<{ items: Database[] }>(cloud, '/v1/databases');
    const fork = items.find(({ status }) => status === 'following')?.name ?? '';
    const shown = await terminal().heroku(`redis:promote ${fork} --app your-app-name`);

    expect(shown.text).toContain(`Promoting ${fork} to REDIS_URL on your-app-name`);
    const after = await until('the app has another URL', async () => {
      const url = await urlOf('your-app-name');
      return url !== before && url;
    });
    await inStatus(cloud, fork, 'available');
    expect(await ask(after, (redis) => redis.get('kept'))).toBe('yes');
    expect(await ask(after, (redis) => redis.set('written', 'later'))).toBe('OK');
    const releases = await newest.heroku('releases --app your-app-name');
    expect(releases.text).toContain(`Promote ${fork}`);
    const config = await newest.heroku('config --app your-app-name');
    expect(Object.values(JSON.parse((await newest.heroku('config --app your-app-name --json')).stdout))).toContain(before);
    expect(config.text).toMatch(/REDIS_[A-Z]+_URL: redis:/);
  });

  it('are told apart from what a CLI refuses itself: bare flags without the wrapper', async () => {
    const shown = await newest.refused(`addons:create heroku-redis:private-7 --encryption-key ${arn} --app your-app-name`);
    expect(shown.text).toContain('Nonexistent flag');
  });
});
