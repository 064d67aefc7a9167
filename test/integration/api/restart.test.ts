/** The counter app, restarted by this machine with new config vars. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aFork, appName, caughtUp, promote, settled } from './fork-world.ts';
import { aServingDatabase, urlsOf, withRedis } from './preconditions.ts';

let platform: Platform;
let port: number;
beforeAll(async () => {
  platform = await aPlatform({ runsApps: true });
  port = await aFreePort();
});
afterAll(() => platform.close());

const folder = join(import.meta.dirname, '..', '..', '..', 'examples', 'counter-app');
const command = [process.execPath, '--no-warnings', 'server.ts'];

const aFreePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const visits = async (): Promise<number | null> => {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
  return response?.ok ? ((await response.json()) as { visits: number }).visits : null;
};
const change = (process: unknown, app = appName) => platform.ask(`PATCH /v1/apps/${app}`, { body: { process } });

describe('the counter app, which this machine runs', () => {
  it('counts in Redis, and counts on in the new database after a promotion', async () => {
    const database = await aServingDatabase(platform, { name: 'visits' });
    await platform.ask(`PATCH /v1/apps/${appName}/config-vars`, { body: { PORT: String(port) } });
    expect(await change({ command, cwd: folder })).toMatchObject({
      status: 200,
      body: { process: { command, cwd: folder } },
    });
    const first = (await until('it counts', visits)) ?? 0;
    expect(await visits()).toBe(first + 1);

    const key = await platform.keyOfCustomer();
    const fork = await caughtUp(
      platform,
      (await aFork(platform, { fork: 'visits', encryptionKey: key, name: 'visits-encrypted' })).id,
    );
    await promote(platform, fork.id);
    await settled(platform, fork.id);
    const next = (await until('it counts again', visits)) ?? 0;
    expect(next).toBeGreaterThan(first + 1);
    const counted = async (id: string) =>
      Number(await withRedis((await urlsOf(platform, id)).url, (redis) => redis.get('visits')));
    expect(await counted(fork.id)).toBe(next);
    expect(await counted(database.id)).toBeLessThan(next);
    const { body: app } = await platform.ask<{ release: number }>(`GET /v1/apps/${appName}`);
    const restarts = (await platform.entries())
      .filter(({ type }) => type === 'AppRestarted')
      .map(({ data }) => data.release);
    expect(restarts).toContain(app.release);
    expect(new Set(restarts).size).toBe(restarts.length);
  });

  it('gets its config vars as environment, and nothing of the platform’s', async () => {
    const { pid } = JSON.parse(readFileSync(join(platform.cloud.dir, 'apps', `${await appId()}.json`), 'utf8')) as {
      pid: number;
    };
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const names = environment.map((each) => each.split('=')[0] ?? '').filter((name) => name !== '');

    expect(names.filter((name) => /AWS|SECRET|FLEET|TABLE/.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['REDIS_URL', 'PORT']));
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('redis://');
  });

  it('comes back when it dies, and ends when this machine runs it no longer', async () => {
    const file = join(platform.cloud.dir, 'apps', `${await appId()}.json`);
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');

    await until(
      'it is back',
      async () => (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid !== pid && (await visits()),
    );

    expect((await change(null)).status).toBe(200);

    await until('it is gone', async () => (await visits()) === null);
  });
});

const appId = async () => (await platform.ask<{ id: string }>(`GET /v1/apps/${appName}`)).body.id;

describe('a command that does not fit', () => {
  it('is refused', async () => {
    for (const wrong of [
      { command: [], cwd: '/' },
      { command: 'node', cwd: '/' },
      { command: ['node'] },
      { command: [''], cwd: '/' },
      'node',
    ])
      expect(await change(wrong)).toBeProblem('invalid_request');
    expect(await change({ command: ['node'], cwd: '/' }, 'no-such-app')).toBeProblem('not_found');
  });
});
