/** Starting and stopping the local cloud as a program. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { aKey, create, databases, read, readAll, request, verification } from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { aHome, type Running } from './cloud.ts';
import { digestOf, fill } from './redis-data.ts';

const home = aHome();
afterEach(() => home.halt());
afterAll(() => home.end());

const portOf = (url = ''): number => Number(new URL(url).port);
const responses = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
const openPorts = async (ports: readonly number[]): Promise<number[]> => {
  const open = await Promise.all(ports.map(responses));
  return ports.filter((_, index) => open[index]);
};
const portsOf = ({ env, inboxUrl }: Running): number[] =>
  [env.LATCHKEY_URL, env.AWS_ENDPOINT_URL, inboxUrl].map(portOf);

describe('a start', () => {
  it('says in the terminal where everything is, and nothing of what the functions log', async () => {
    const cloud = await home.start();
    await read(cloud, '/v1/keys');
    const { code, output } = await cloud.interrupt();

    expect(code).toBe(0);
    for (const url of [cloud.env.LATCHKEY_URL, cloud.env.AWS_ENDPOINT_URL, cloud.inboxUrl])
      expect(output).toContain(url);
    expect(output).toMatch(/Databases +(Redis|Valkey) \d+\.\d+\S*, \//);
    expect(output.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
    const logged = readFileSync(join(home.dir, 'log', 'latchkey.log'), 'utf8')
      .trim()
      .split('\n');
    expect(logged.map((line) => JSON.parse(line).operation)).toContain('listKeys');
  });

  it('is refused on a folder that another one runs on, and leaves that one alone', async () => {
    const cloud = await home.start();
    const second = await home.attempt();

    expect(second.code).toBe(1);
    expect(second.output).toContain(`already runs on ${home.dir}, as process ${cloud.pid}`);
    expect((await request(cloud, 'GET /v1/health')).status).toBe(200);
  });

  it('names a port that is taken and what needs it, and leaves nothing running', async () => {
    const cloud = await home.start();
    const other = aHome();
    try {
      for (const [place, purpose] of ['the API', 'the AWS endpoint', 'the inbox page'].entries()) {
        const ports = [0, 0, 0, 29_000];
        ports[place] = portsOf(cloud)[place] ?? 0;
        const { code, output } = await other.attempt('--ports', ports.join(','));

        expect(code).toBe(1);
        expect(output).toContain(`Port ${ports[place]} is taken, and ${purpose} needs it`);
        expect(existsSync(join(other.dir, 'lock'))).toBe(false);
      }
    } finally {
      await other.end();
    }
  });
});

describe('Ctrl-C', () => {
  it('saves and seals every database, leaves no process, port or plaintext; the next start restores them', async () => {
    const cloud = await home.start();
    const keyArn = await aKey(cloud);
    const wanted = [
      { name: 'orders', app: 'your-app-name' },
      { name: 'sessions', app: 'example-app' },
    ];
    const made = await databases(cloud, keyArn, wanted);
    const digests = await Promise.all(wanted.map(({ name }) => fill(cloud, name, 10_000)));
    const ports = [
      ...portsOf(cloud),
      ...made.flatMap(({ endpoint }) => (endpoint ? [endpoint.port, endpoint.tlsPort] : [])),
    ];
    expect(await openPorts(ports)).toEqual(ports);

    const { code, output } = await cloud.interrupt();

    expect(code).toBe(0);
    expect(output).toContain('Stopped. Everything is saved.');
    expect(await openPorts(ports)).toEqual([]);
    expect(home.services()).toEqual([]);
    expect(existsSync(home.memoryDir)).toBe(false);
    expect(existsSync(join(home.dir, 'lock'))).toBe(false);

    const again = await home.start();
    await until('all back', async () => again.output().includes('2 of 2 databases are back.'), { seen: again.output });
    expect(await Promise.all(wanted.map(({ name }) => digestOf(again, name)))).toEqual(digests);
  });

  it('does so also after its output was closed', async () => {
    const cloud = await home.start();
    await databases(cloud, await aKey(cloud), [{ name: 'unheard', app: 'your-app-name' }]);
    cloud.loseTerminal();

    const { code } = await cloud.interrupt();

    expect(code).toBe(0);
    expect(home.services()).toEqual([]);
    expect(existsSync(home.memoryDir)).toBe(false);
  });
});

describe('kill -9', () => {
  it('loses no acknowledged write, and the timeline verifies', async () => {
    const cloud = await home.start();
    const answered: string[] = [];
    const write = async (lane: number) => {
      for (let n = 0; ; n++) {
        const name = `app-${lane}-${n}`;
        await create(cloud, '/v1/apps', { name, admins: ['admin@example.com'] });
        answered.push(name);
        if (answered.length === 50) await cloud.kill();
      }
    };
    await Promise.allSettled([0, 1, 2, 3].map(write));

    const again = await home.start();

    expect(again.env.LATCHKEY_TOKEN).toBe(cloud.env.LATCHKEY_TOKEN);
    const names = (await readAll<{ name: string }>(again, '/v1/apps')).map(({ name }) => name);
    expect(answered.length).toBeGreaterThanOrEqual(50);
    expect(answered.filter((name) => !names.includes(name))).toEqual([]);
    expect((await verification(again)).intact).toBe(true);
  });
});
