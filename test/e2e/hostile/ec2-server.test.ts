/**
 * The commands that stop a server's service on EC2, with a real Redis, against every way to block it. Has the slow
 * cases of `test/integration/ssm/hostile.test.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { snapshotScript } from '#lib/fleet/ec2/scripts/backups.ts';
import { writersScript } from '#lib/fleet/ec2/scripts/following.ts';
import { codes, prelude } from '#lib/fleet/ec2/scripts/prelude.ts';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { readStop, stopScript } from '#lib/fleet/ec2/scripts/stop.ts';
import type { AServer } from '#test/integration/ssm/a-server.ts';
import {
  attacks,
  budgetSeconds,
  killable,
  measureSeconds,
  startedServer,
  unkillable,
} from '#test/integration/ssm/hostile-clients.ts';

let server: AServer;
afterEach(() => server.close());

async function stopsInTime(): Promise<ReturnType<typeof readStop>> {
  const { seconds, response } = await measureSeconds(() => server.runBeside(stopScript));
  expect(response.code).toBe(0);
  expect(seconds).toBeLessThan(budgetSeconds);
  expect(server.isRunning()).toBe(false);
  expect(server.run(startScript).code).toBe(0);
  expect(server.client('GET', 'acknowledged')).toBe('1');
  return readStop(response.output);
}

describe('a stop ends within a minute, and loses nothing that was acknowledged,', () => {
  it('under a script that never ends and can be ended: with a save', async () => {
    server = startedServer();
    await attacks(server, 'EVAL', killable, '0');
    expect(await stopsInTime()).toMatchObject({ stop: { save: 'snapshot', end: 'shutdown' } });
  }, 120_000);

  it('under a function that has written and never ends', async () => {
    server = startedServer();
    server.client(
      'FUNCTION',
      'LOAD',
      `#!lua name=mine\nredis.register_function('never', function() ${unkillable} end)`,
    );

    await attacks(server, 'FCALL', 'never', '0');

    expect(await stopsInTime()).toMatchObject({ stop: { save: 'snapshot' } });
  }, 120_000);

  it('under fifty scripts that wait for each other', async () => {
    server = startedServer();
    for (let count = 0; count < 50; count += 1) server.clientBeside('EVAL', killable, '0');
    await sleep(1000);
    await stopsInTime();
  }, 120_000);

  it('when clients hold every connection', async () => {
    server = startedServer('maxclients 12');
    for (let count = 0; count < 12; count += 1) server.clientBeside('BLPOP', 'never', '0');

    await sleep(1000);

    expect(() => server.client('PING')).toThrow();
    expect(await stopsInTime()).toMatchObject({ stop: { save: 'snapshot', end: 'killed' } });
  }, 120_000);

  it('when the service does not respond at all', async () => {
    server = startedServer();
    process.kill(Number(readFileSync(join(server.base, 'pid'), 'utf8')), 'SIGSTOP');
    expect(await stopsInTime()).toMatchObject({ stop: { save: 'snapshot', end: 'killed' } });
  }, 120_000);

  it('when another command has the lock, unless that is a stop', async () => {
    server = startedServer();
    const held = server.runBeside(`${prelude}\nsleep 600\n`);
    await sleep(300);
    await stopsInTime();
    expect((await held).code).not.toBe(0);

    const first = server.runBeside(stopScript.replace('\nstop_service\n', '\nsleep 6\n'));
    await sleep(300);
    expect((await server.runBeside(stopScript)).code).toBe(codes.busy);
    await first;
  }, 120_000);
});

describe('writers are refused, as before a promotion,', () => {
  it('though a script has written and never ends; and admitted again', async () => {
    server = startedServer();
    await attacks(server, 'EVAL', unkillable, '0');

    const { seconds, response } = await measureSeconds(() => server.runBeside(writersScript('refused')));

    expect(response).toEqual({ code: 0, output: 'Writers are refused; the service was ended for it.' });
    expect(seconds).toBeLessThan(budgetSeconds);

    while (server.admin('PING') !== 'PONG') await sleep(50);
    expect(server.client('SET', 'more', '1')).toMatch(/NOPERM/);
    expect(server.client('GET', 'acknowledged')).toBe('1');
    expect(server.run(writersScript('admitted')).code).toBe(0);
    expect(server.client('SET', 'more', '1')).toBe('OK');
  }, 120_000);
});

describe('a backup', () => {
  it('of a service that is held up ends soon, and says so', async () => {
    server = startedServer();
    await attacks(server, 'EVAL', unkillable, '0');

    const { seconds, response } = await measureSeconds(() => server.runBeside(snapshotScript('bak_1')));

    expect(response).toEqual({ code: codes.saveFailed, output: 'The service does not answer.' });
    expect(seconds).toBeLessThan(budgetSeconds);
  }, 120_000);
});
