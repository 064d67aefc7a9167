/** Creating encrypted databases with both versions of the Heroku CLI. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, inStatus, read } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { versions } from './install.ts';
import { aTerminal, type Terminal } from './terminal.ts';
import { ask, aWorld, configVar, type World } from './world.ts';

let world: World;
let wrapped: Terminal;

beforeAll(async () => {
  world = await aWorld();
  wrapped = aTerminal(world.cloud, versions.newest, `${world.dir}/bin/heroku`);
});

afterAll(async () => {
  wrapped?.close();
  await world?.end();
});

const nameIn = (text: string): string => /\b(redis-[a-z]+-\d+)\b/.exec(text)?.[1] ?? '';
const urlOf = (app: string) => configVar(world, 'REDIS_URL', app);

describe("the seed's commands", () => {
  let leader = '';

  it('create a database under the key, with flags behind --, by the newest CLI', async () => {
    const shown = await world.newest.heroku(
      `addons:create heroku-redis:private-7 --app your-app-name -- --encryption-key ${world.arn}`,
    );
    leader = nameIn(shown.text);

    expect(shown.text).toContain('Creating heroku-redis:private-7 on your-app-name...');
    expect(shown.text).toContain(`Encrypted under your key ${world.arn}`);
    const database = await inStatus(world.cloud, leader, 'available');
    expect(database.key?.arn).toBe(world.arn);
    expect(await ask(await urlOf('your-app-name'), (redis) => redis.set('kept', 'yes'))).toBe('OK');
  });

  it('create one with bare flags by 8.11.5, and by the newest CLI through the wrapper', async () => {
    const old = await world.bare.heroku(
      `addons:create heroku-redis:private-7 --encryption-key ${world.arn} --app example-app --wait`,
    );
    const now = await wrapped.heroku(
      `addons:create heroku-redis:private-7 --encryption-key ${world.arn} --app example-app --wait`,
    );

    expect(old.text).toContain('Created redis-');
    expect(old.text).toContain('as REDIS_URL');
    expect(now.text).toMatch(/Created redis-\S+ as REDIS_[A-Z]+_URL/);
    for (const shown of [old, now]) {
      const database = await read<Database>(world.cloud, `/v1/databases/${nameIn(shown.text)}`);
      expect([database.status, database.key?.arn, database.app]).toEqual(['available', world.arn, 'example-app']);
    }
  });

  it.each([
    ['bare, by 8.11.5', () => world.bare, '--fork URL --encryption-key ARN --app your-app-name'],
    [
      'bare, by the newest CLI through the wrapper',
      () => wrapped,
      '--fork URL --encryption-key ARN --app your-app-name',
    ],
    ['behind --, by the newest CLI', () => world.newest, '--app your-app-name -- --fork URL --encryption-key ARN'],
  ])('fork it by its URL: %s', async (_, terminal, flags) => {
    const url = (await urlOf('your-app-name')).replace('//default:', '//h:');
    const line = flags.replace('URL', url).replace('ARN', world.arn);
    const shown = await terminal().heroku(`addons:create heroku-redis:private-7 ${line}`);

    expect(shown.text).toContain(`It follows ${leader}`);
    const fork = nameIn(shown.text.replaceAll(leader, ''));
    await inStatus(world.cloud, fork, 'following');
    const waited = await world.newest.heroku(`redis:wait ${fork} --app your-app-name --wait-interval 1`);
    expect(waited.code).toBe(0);
    const info = await world.newest.heroku(`redis:info ${fork} --app your-app-name`);
    expect(info.text).toContain(`Fork: follows ${leader}`);
    expect(info.text).toContain('caught up (0 bytes behind)');
    expect(info.text).toContain(`Customer Encryption Key: ${world.arn}`);
  });

  it.each([
    ['11.10.0', () => world.newest],
    ['8.11.5', () => world.bare],
  ])('promote a fork, so that the app has its URL and its data: %s', async (_, terminal) => {
    const before = await urlOf('your-app-name');
    const { items } = await read<{ items: Database[] }>(world.cloud, '/v1/databases');
    const fork = items.find(({ status }) => status === 'following')?.name ?? '';
    const shown = await terminal().heroku(`redis:promote ${fork} --app your-app-name`);

    expect(shown.text).toContain(`Promoting ${fork} to REDIS_URL on your-app-name`);
    const after = await until('the app has another URL', async () => {
      const url = await urlOf('your-app-name');
      return url !== before && url;
    });
    await inStatus(world.cloud, fork, 'available');
    expect(await ask(after, (redis) => redis.get('kept'))).toBe('yes');
    expect(await ask(after, (redis) => redis.set('written', 'later'))).toBe('OK');
    const releases = await world.newest.heroku('releases --app your-app-name');
    expect(releases.text).toContain(`Promote ${fork}`);
    const config = await world.newest.heroku('config --app your-app-name');
    expect(
      Object.values(JSON.parse((await world.newest.heroku('config --app your-app-name --json')).stdout)),
    ).toContain(before);
    expect(config.text).toMatch(/REDIS_[A-Z]+_URL: rediss:/);
  });

  it('differ from a refusal by the CLI itself: bare flags without the wrapper', async () => {
    const shown = await world.newest.refused(
      `addons:create heroku-redis:private-7 --encryption-key ${world.arn} --app your-app-name`,
    );

    expect(shown.text).toContain('Nonexistent flag');
  });
});
