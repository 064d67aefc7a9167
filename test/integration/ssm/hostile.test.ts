/** Clients that try to prevent a stop of a service or a change of its password, and fail. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { passwordScript } from '#lib/fleet/ec2/scripts/following.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { readStop, stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { type AServer, sha256 } from './a-server.ts';
import { attacks, budgetSeconds, measureSeconds, startedServer, unkillable } from './hostile-clients.ts';

let server: AServer;
afterEach(() => server.close());

const exists = (name: string) => existsSync(join(server.base, name));

describe('a stop, against a client that will not have it', () => {
  it('closes the network first, ends a script that wrote, keeps acknowledged writes; a start opens it', async () => {
    server = startedServer();
    await attacks(server, 'EVAL', unkillable, '0');
    const stop = measureSeconds(() => server.runBeside(stopScript));
    while (!exists('rules')) await sleep(20);
    expect(server.isRunning()).toBe(true);
    const rules = readFileSync(join(server.base, 'rules'), 'utf8');
    for (const rule of ['tcp dport { 6379, 6380 } drop', 'tcp sport { 6379, 6380 } drop', 'meta skuid "valkey" drop'])
      expect(rules).toContain(rule);

    const { seconds, response } = await stop;
    expect(response).toEqual({
      code: 0,
      output: expect.stringMatching(/^Loaded from its append-only file, and saved \d+ bytes/m),
    });
    expect(readStop(response.output)).toMatchObject({
      stop: { save: 'snapshot', reason: null },
      snapshotBytes: expect.any(Number),
    });
    expect(seconds).toBeLessThan(budgetSeconds);
    expect([server.isRunning(), exists('rules')]).toEqual([false, true]);

    expect(server.run(startScript).code).toBe(0);
    expect(exists('rules')).toBe(false);
    expect([server.client('GET', 'acknowledged'), server.client('GET', 't')]).toEqual(['1', '']);
  }, 90_000);

  it('ends when the disk takes no snapshot, and keeps the append-only file', async () => {
    server = startedServer();
    mkdirSync(join(server.base, 'data/dump.rdb/in-the-way'), { recursive: true });

    const { code, output } = await server.runBeside(stopScript);

    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/its append-only file of \d+ bytes is kept\. .* It loads\./),
    ]);
    expect(readStop(output)).toMatchObject({
      stop: { save: 'append_only_file', end: 'shutdown', reason: 'save_failed' },
    });
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 60_000);

  it('ends also where the kernel takes no rule, and keeps an append-only file that could not be loaded', async () => {
    server = startedServer();
    for (const name of ['no-nft', 'no-recovery']) writeFileSync(join(server.base, name), '');
    await attacks(server, 'EVAL', unkillable, '0');

    const { output } = await server.runBeside(stopScript);

    expect(output).toMatch(/its append-only file of \d+ bytes is kept\. .*could not be loaded/);

    const kept = { save: 'append_only_file', reason: 'script_running' };
    expect(readStop(output)).toMatchObject({ stop: kept, appendOnlyBytes: expect.any(Number) });
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 90_000);
});

describe('a new password, against a client that will not have it', () => {
  it('is set, and ends the old one’s connections, though a script has written and never ends', async () => {
    server = startedServer();
    await attacks(server, 'EVAL', unkillable, '0');

    const { seconds, response } = await measureSeconds(() => server.runBeside(passwordScript(sha256('new'))));

    expect(response).toEqual({ code: 0, output: 'The password is new; the service was ended for it.' });
    expect(seconds).toBeLessThan(budgetSeconds);
    expect(exists('rules')).toBe(false);

    while (server.admin('PING') !== 'PONG') await sleep(50);
    expect(server.client('PING')).toMatch(/WRONGPASS|NOAUTH/);
    expect(server.admin('GET', 'acknowledged')).toBe('1');
  }, 90_000);
});
