/** A client that wants to keep a service from being stopped, or its password from being changed: what it does, and that it doesn't help. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { snapshotScript } from '#lib/fleet/ec2/scripts/backups.ts';
import { passwordScript, writersScript } from '#lib/fleet/ec2/scripts/following.ts';
import { codes, prelude } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { readStop, stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import { type AServer, aServer, sha256 } from './a-server.ts';

let servers: AServer[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

function started(conf = ''): AServer {
  const server = aServer({ conf: `busy-reply-threshold 50\n${conf}` });
  servers.push(server);
  expect(server.run(startScript).code).toBe(0);
  server.client('SET', 'acknowledged', '1');
  return server;
}

const unkillable = "redis.call('set','t','1') while true do redis.call('publish','out',redis.call('get','acknowledged')) end";
const killable = "while true do redis.call('get','acknowledged') end";

/** Runs a client that never hears an answer, and waits until it holds the service up. */
async function attacks(server: AServer, ...words: string[]): Promise<void> {
  server.clientBeside(...words);
  await sleep(300);
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; answer: T }> {
  const begun = Date.now();
  const answer = await work();
  return { seconds: (Date.now() - begun) / 1000, answer };
}

/** The issue is a minute; without data, a stop is far below it. */
const budgetSeconds = 40;

describe('a stop, against a client that will not have it', () => {
  it.each([
    ['a script that has written and never ends', ['EVAL', unkillable, '0'], /^Loaded from its append-only file, and saved \d+ bytes/m],
    ['a script that never ends', ['EVAL', killable, '0'], /^Saved \d+ bytes at \d+ and stopped\.$/m],
  ])(
    'ends within its budget under %s, and loses nothing that was acknowledged',
    async (_, words, said) => {
      const server = started();
      await attacks(server, ...words);
      const { seconds, answer } = await timed(() => server.runBeside(stopScript));
      expect(answer).toEqual({ code: 0, output: expect.stringMatching(said) });
      expect(readStop(answer.output)).toMatchObject({ stop: { save: 'snapshot', reason: null }, snapshotBytes: expect.any(Number) });
      expect(seconds).toBeLessThan(budgetSeconds);
      expect(server.isRunning()).toBe(false);
      expect(server.run(startScript).code).toBe(0);
      expect(server.client('GET', 'acknowledged')).toBe('1');
      expect(server.client('GET', 't')).toBe('');
    },
    90_000,
  );

  it('ends within its budget under a function that has written and never ends', async () => {
    const server = started();
    const text = `#!lua name=mine\nredis.register_function('never', function() ${unkillable} end)`;
    server.client('FUNCTION', 'LOAD', text);
    await attacks(server, 'FCALL', 'never', '0');
    const { seconds, answer } = await timed(() => server.runBeside(stopScript));
    expect(answer).toEqual({ code: 0, output: expect.stringContaining('Loaded from its append-only file') });
    expect(seconds).toBeLessThan(budgetSeconds);
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 90_000);

  it('ends within its budget when clients hold every connection', async () => {
    const server = started('maxclients 12');
    for (let count = 0; count < 12; count += 1) server.clientBeside('BLPOP', 'never', '0');
    await sleep(1000);
    expect(() => server.client('PING')).toThrow();
    const { seconds, answer } = await timed(() => server.runBeside(stopScript));
    expect(answer.code).toBe(0);
    expect(seconds).toBeLessThan(budgetSeconds);
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 90_000);

  it('ends within its budget when the disk takes no snapshot, and keeps the append-only file', async () => {
    const server = started();
    mkdirSync(join(server.base, 'data/dump.rdb/in-the-way'), { recursive: true });
    const answer = await server.runBeside(stopScript);
    expect(readStop(answer.output)).toMatchObject({ stop: { save: 'append_only_file', end: 'shutdown', reason: 'save_failed' } });
    expect(answer).toEqual({
      code: 0,
      output: expect.stringMatching(/^The service was ended; its append-only file of \d+ bytes is kept\. .* It loads\./m),
    });
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 60_000);

  it('shuts the network before it asks the service for anything, and a start opens it last', async () => {
    const server = started();
    await attacks(server, 'EVAL', unkillable, '0');
    const stop = server.runBeside(stopScript);
    while (!existsSync(join(server.base, 'rules'))) await sleep(20);
    expect(server.isRunning()).toBe(true);
    const rules = readFileSync(join(server.base, 'rules'), 'utf8');
    for (const rule of ['tcp dport { 6379, 6380 } drop', 'tcp sport { 6379, 6380 } drop', 'meta skuid "valkey" drop'])
      expect(rules).toContain(rule);
    await stop;
    expect(existsSync(join(server.base, 'rules'))).toBe(true);
    server.run(startScript);
    expect(existsSync(join(server.base, 'rules'))).toBe(false);
  }, 90_000);

  it('ends within its budget also where the kernel takes no rule', async () => {
    const server = started();
    writeFileSync(join(server.base, 'no-nft'), '');
    await attacks(server, 'EVAL', unkillable, '0');
    const { seconds, answer } = await timed(() => server.runBeside(stopScript));
    expect(answer.code).toBe(0);
    expect(seconds).toBeLessThan(budgetSeconds);
    expect(server.isRunning()).toBe(false);
  }, 90_000);

  it('keeps the append-only file where it could not be loaded', async () => {
    const server = started();
    writeFileSync(join(server.base, 'no-recovery'), '');
    await attacks(server, 'EVAL', unkillable, '0');
    const { output } = await server.runBeside(stopScript);
    expect(readStop(output)).toMatchObject({
      stop: { save: 'append_only_file', reason: 'script_running' },
      appendOnlyBytes: expect.any(Number),
    });
    expect(output).toMatch(/its append-only file of \d+ bytes is kept\. .*could not be loaded/);
    expect(server.run(startScript).code).toBe(0);
    expect(server.client('GET', 'acknowledged')).toBe('1');
  }, 90_000);

  it('ends a script that has the lock, and no second stop', async () => {
    const server = started();
    const held = server.runBeside(`${prelude}\nsleep 600\n`);
    await sleep(300);
    const { seconds, answer } = await timed(() => server.runBeside(stopScript));
    expect(answer.code).toBe(0);
    expect(seconds).toBeLessThan(budgetSeconds);
    expect((await held).code).not.toBe(0);
    const first = server.runBeside(`${stopScript.replace('\nstop_service\n', '\nsleep 6\n')}`);
    await sleep(300);
    expect((await server.runBeside(stopScript)).code).toBe(codes.busy);
    await first;
  }, 120_000);
});

describe('a new password, against a client that will not have it', () => {
  it('is set, and ends the old one’s connections, though a script has written and never ends', async () => {
    const server = started();
    await attacks(server, 'EVAL', unkillable, '0');
    const { seconds, answer } = await timed(() => server.runBeside(passwordScript(sha256('new'))));
    expect(answer).toEqual({ code: 0, output: 'The password is new; the service was ended for it.' });
    expect(seconds).toBeLessThan(budgetSeconds);
    expect(existsSync(join(server.base, 'rules'))).toBe(false);
    while (server.admin('PING') !== 'PONG') await sleep(50);
    expect(server.client('PING')).toMatch(/WRONGPASS|NOAUTH/);
    expect(server.admin('GET', 'acknowledged')).toBe('1');
  }, 90_000);
});

describe('other commands, against a client that holds the service up', () => {
  it.each([
    ['a backup', snapshotScript('bak_1'), codes.saveFailed],
    ['a promotion', writersScript('refused'), codes.notYet],
  ])(
    '%s ends soon, and says so',
    async (_, script, code) => {
      const server = started();
      await attacks(server, 'EVAL', unkillable, '0');
      const { seconds, answer } = await timed(() => server.runBeside(script));
      expect(answer.code).toBe(code);
      expect(seconds).toBeLessThan(budgetSeconds);
    },
    90_000,
  );
});
