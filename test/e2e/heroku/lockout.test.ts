/** The Heroku CLI during a lockout. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disable, enable, inStatus, lockoutIn } from '#local/test-support/customer.ts';
import { aDatabase, ask, aWorld, configVar, type World } from './world.ts';

/** At this speed the waiting period is half a minute: enough time for the commands. */
const speed = 20;
let world: World;
let url: string;

beforeAll(async () => {
  world = await aWorld(speed);
  await aDatabase(world, 'orders');
  url = await configVar(world, 'REDIS_URL');
  await ask(url, (redis) => redis.set('kept', 'yes'));
});
afterAll(() => world?.end());

const heroku = (line: string) => world.newest.heroku(line);
const refused = (line: string) => world.newest.refused(line);
const unreadable = () => `(unreadable: the key ${world.arn} is disabled)`;

describe('while the waiting period runs', () => {
  it('redis:info counts down, and says which command ends it', async () => {
    await disable(world.cloud, world.arn);
    await lockoutIn(world.cloud, 'waiting');
    const { text } = await heroku('redis:info --app your-app-name');

    expect(text).toContain('Status: available, about to be locked out');
    expect(text).toContain('Key State: unusable: it is disabled');
    expect(text).toMatch(/Lockout: services stop in \d+ minutes/);
    expect(text).toContain(`aws kms enable-key --key-id ${world.arn}`.slice(0, 40));
    expect(await ask(url, (redis) => redis.get('kept'))).toBe('yes');
  });

  it('config says that the value is unreadable already', async () => {
    expect((await heroku('config:get REDIS_URL --app your-app-name')).stdout.trim()).toBe(unreadable());
  });
});

describe('a locked-out database', () => {
  beforeAll(async () => {
    await inStatus(world.cloud, 'orders', 'stopped');
  });

  it('shows as such in redis:info, addons and addons:info', async () => {
    const info = await heroku('redis:info orders --app your-app-name');

    expect(info.text).toContain('Status: locked out (stopped)');
    expect(info.text).toContain('everything is stopped since');
    for (const line of ['addons --app your-app-name', 'addons --all', 'addons:info orders']) {
      const shown = await heroku(line);
      expect(shown.text).toContain('Warning: orders is locked out: the key');
      expect(shown.text).not.toContain('created');
    }
    expect((await heroku('addons --all')).stdout).toContain('locked out');
    await expect(ask(url, (redis) => redis.get('kept'))).rejects.toThrow();
  });

  it('makes redis:wait wait, and say for what', async () => {
    const shown = await world.newest.run(['redis:wait', 'orders', '--app', 'your-app-name', '--wait-interval', '1'], {
      limitMs: 8000,
    });

    expect(shown.code).toBeNull();
    expect(shown.text).toContain('Waiting for database orders... locked out (stopped)');
  });

  it('shows no value in redis:credentials and config, neither a stale nor an empty one', async () => {
    expect((await heroku('redis:credentials orders --app your-app-name')).stdout.trim()).toBe(unreadable());

    const config = await heroku('config --app your-app-name');
    expect(config.text.replaceAll(' ', '')).toContain(`REDIS_URL:${unreadable()}`.replaceAll(' ', ''));
    expect(config.stdout).not.toMatch(/rediss?:\/\//);
    expect((await world.bare.heroku('config:get REDIS_URL --app your-app-name')).stdout.trim()).toBe(unreadable());
  });

  it.each([
    ['redis:cli orders --app your-app-name', 'cannot be reached now (unreadable: the key'],
    ['redis:credentials orders --reset --app your-app-name', 'cannot get new credentials while its key'],
    ['redis:timeout orders -s 5 --app your-app-name', 'cannot be configured while its key'],
    [
      'redis:stats-reset orders --confirm your-app-name --app your-app-name',
      'cannot reset its statistics while its key',
    ],
    ['redis:promote orders --app your-app-name', 'cannot be promoted while its key'],
    ['addons:upgrade orders heroku-redis:private-9', 'cannot change its plan while its key'],
    ['addons:attach orders --app example-app', 'cannot be attached while its key'],
    ['data:maintenances:run orders --confirm your-app-name', 'cannot be maintained while its key'],
  ])('refuses %s with the reason and the way out', async (line, reason) => {
    const { text, code } = await refused(line);
    expect(code).not.toBe(0);
    expect(text).toContain(reason);
  });

  it('lets nothing new under its key, and no fork', async () => {
    const create = 'addons:create heroku-redis:private-7 --app example-app --';

    expect((await refused(`${create} --encryption-key ${world.arn}`)).text).toContain(
      'is unusable, so no new data can be encrypted under it',
    );
    expect((await refused(`${create} --encryption-key ${world.arn} --fork orders`)).text).toContain(
      'cannot be forked while its key',
    );
  });

  it('comes back with its data when the key does, and redis:wait ends', async () => {
    await enable(world.cloud, world.arn);
    await heroku('redis:wait orders --app your-app-name --wait-interval 1');
    const info = await heroku('redis:info orders --app your-app-name');

    expect(info.text).toContain('Status: available');
    expect(info.stderr).not.toContain('Warning');
    expect(await configVar(world, 'REDIS_URL')).toBe(url);
    expect(await ask(url, (redis) => redis.get('kept'))).toBe('yes');
  });
});
