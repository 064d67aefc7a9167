/** The redis commands of the Heroku CLI. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { until } from '#local/test-support/until.ts';
import { aDatabase, ask, aWorld, configVar, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await aWorld();
  await aDatabase(world, 'orders');
});
afterAll(() => world?.end());

const heroku = (line: string, more = {}) => world.newest.heroku(line, more);

describe('redis:info', () => {
  it('shows the plan, the service and the key', async () => {
    const { text } = await heroku('redis --app your-app-name');

    for (const row of [
      '=== orders (REDIS_URL)',
      'Plan: Private 7',
      'Status: available',
      'Key State: usable',
      `Customer Encryption Key: ${world.arn}`,
    ])
      expect(text).toContain(row);
    expect(text).toMatch(/Version: \d+\.\d+/);
    expect(text).toMatch(/Memory: [\d.]+ of 7168 MiB/);
  });

  it('gives all of it as JSON, our own fields too', async () => {
    const [shown] = JSON.parse((await heroku('redis:info orders --json --app your-app-name')).stdout) as [
      Record<string, unknown>,
    ];

    expect(shown).toMatchObject({
      name: 'orders',
      plan: 'private-7',
      customer_encryption_key: world.arn,
      config_vars: ['REDIS_URL'],
    });
  });
});

describe('settings of the service', () => {
  const policyNow = async () =>
    /maxmemory_policy:(\S+)/.exec(await ask(await configVar(world, 'REDIS_URL'), (redis) => redis.info('memory')))?.[1];

  it('redis:timeout ends idle connections', async () => {
    const { text } = await heroku('redis:timeout orders -s 1 --app your-app-name');

    expect(text).toContain('Timeout for orders (REDIS_URL) set to 1 seconds.');

    const redis = new Redis(await configVar(world, 'REDIS_URL'), { retryStrategy: () => null });
    redis.on('error', () => undefined);
    await redis.ping();
    await until('the idle connection ended', async () => redis.status === 'end');
    await heroku('redis:timeout orders -s 0 --app your-app-name');
  });

  it('redis:maxmemory changes what happens when memory is full, also after a restart', async () => {
    const { text } = await heroku('redis:maxmemory orders -p allkeys-lru --app your-app-name');
    expect(text).toContain('set to allkeys-lru. allkeys-lru removes less recently used keys first.');
    expect(await policyNow()).toBe('allkeys-lru');

    await heroku('data:maintenances:run orders --confirm your-app-name --wait');
    expect(await policyNow()).toBe('allkeys-lru');
    expect((await world.newest.refused('redis:maxmemory orders -p newest --app your-app-name')).text).toContain(
      'There is no policy newest.',
    );
  });

  it('redis:keyspace-notifications lets events through', async () => {
    await heroku('redis:keyspace-notifications orders -c AKE --app your-app-name');
    const url = await configVar(world, 'REDIS_URL');
    const heard: string[] = [];

    await ask(url, async (listener) => {
      listener.on('message', (_channel, message) => heard.push(message));
      await listener.subscribe('__keyevent@0__:set');
      await ask(url, (redis) => redis.set('seen', '1'));
      await until('an event', async () => heard.includes('seen'));
    });

    expect((await world.newest.refused('redis:keyspace-notifications orders -c Q --app your-app-name')).text).toContain(
      'Keyspace events are letters',
    );
  });

  it('redis:stats-reset sets the counters to 0', async () => {
    const url = await configVar(world, 'REDIS_URL');
    const commands = async () =>
      Number(/total_commands_processed:(\d+)/.exec(await ask(url, (redis) => redis.info('stats')))?.[1]);

    await ask(url, (redis) => Promise.all(Array.from({ length: 500 }, () => redis.ping())));

    expect(await commands()).toBeGreaterThan(500);

    await heroku('redis:stats-reset orders --confirm your-app-name --app your-app-name');
    expect(await commands()).toBeLessThan(500);
  });

  it('redis:upgrade is refused with the reason', async () => {
    const line = 'redis:upgrade orders --version 7.2 --confirm your-app-name --app your-app-name';
    expect((await world.newest.refused(line)).text).toContain('a version cannot be chosen.');
  });
});

describe('secrets', () => {
  it('redis:cli speaks to the service over TLS', async () => {
    const { text } = await heroku('redis:cli orders --app your-app-name', { input: 'SET typed here\nGET typed\n' });

    expect(text).toContain('Connecting to orders (REDIS_URL):');
    expect(text).toContain('here');
    expect(await ask(await configVar(world, 'REDIS_URL'), (redis) => redis.get('typed'))).toBe('here');
  });

  it('redis:credentials shows a URL that works as the address of a fork, and --reset revokes the old one', async () => {
    const before = await configVar(world, 'REDIS_URL');
    const shown = (await heroku('redis:credentials orders --app your-app-name')).stdout.trim();
    expect(new URL(shown).password).toBe(new URL(before).password);

    expect((await heroku('redis:credentials orders --reset --app your-app-name')).text).toContain(
      'Resetting credentials for orders',
    );
    const after = await until('another URL', async () => {
      const url = await configVar(world, 'REDIS_URL');
      return url !== before && url;
    });
    expect(await ask(after, (redis) => redis.ping())).toBe('PONG');
    await expect(ask(before, (redis) => redis.ping())).rejects.toThrow();
  });
});

describe('data:maintenances', () => {
  it('shows, moves and uses a window of the database', async () => {
    expect((await heroku('data:maintenances --app your-app-name')).text).toMatch(
      /orders REDIS \w+days \d\d:\d\d to \d\d:\d\d UTC/,
    );
    expect((await heroku('data:maintenances:window:update orders tuesday 1:30PM')).text).toContain(
      'window: Tuesdays 13:30 to 17:30 UTC',
    );
    expect((await heroku('data:maintenances:window orders')).text).toContain('window: Tuesdays 13:30 to 17:30 UTC');
    expect((await world.newest.refused('data:maintenances:window:update orders someday noon')).text).toContain(
      'A window is a day of the week',
    );

    const { text } = await heroku('data:maintenances:schedule orders --weeks 2');
    const [, when = ''] = /scheduled for (\S+Z)/.exec(text) ?? [];
    expect([new Date(when).getUTCDay(), when.slice(11, 16)]).toEqual([2, '13:30']);
    expect((await heroku('data:maintenances:info orders')).text).toContain(`scheduled_for: ${when}`);
    expect((await heroku('data:maintenances:schedule orders --weeks 1')).text).toContain(`changed from ${when} to`);
  });

  it('runs now: the service is another process with the same data, and history has it', async () => {
    const url = await configVar(world, 'REDIS_URL');
    const processOf = async () => /process_id:(\d+)/.exec(await ask(url, (redis) => redis.info('server')))?.[1];
    await ask(url, (redis) => redis.set('survives', 'yes'));
    const before = await processOf();
    const { text } = await heroku('data:maintenances:run orders --confirm your-app-name --wait');

    expect(text).toContain('maintenance completed');
    expect(await processOf()).not.toBe(before);
    expect(await ask(url, (redis) => redis.get('survives'))).toBe('yes');
    expect((await heroku('data:maintenances:history orders')).text).toContain(
      'Restarted. The fleet does not report which versions it runs. completed',
    );
  });

  it('reports an app without databases', async () => {
    expect((await world.newest.refused('data:maintenances --app example-app')).text).toContain('No maintenances found');
  });
});
