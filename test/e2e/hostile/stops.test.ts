/** A database that its own tenant keeps busy is stopped in time, and its acknowledged writes are kept. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { aFleet, aRunningDatabase, aServer, sha256, type World } from 'process-fleet/test-support/given';
import type { Outcome } from '#lib/model/fleet.ts';
import { until } from '#local/test-support/until.ts';
import { type Attack, attacks } from './attacks.ts';

/** The limit for stopping a service under attack. */
const budgetMs = 30_000;
const maxClients = 50;
let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

const spec = (serverId = 'srv_1') => aServer(serverId, { maxClients, memoryMb: 64 });
const proofIn = (outcomes: readonly Outcome[]) =>
  outcomes.map((each) => (each.state === 'done' ? each.proof?.stop : each));

/** A subscriber, and whether its connection has ended. */
async function aReader(serverId = 'srv_1'): Promise<{ client: Redis; isOver: () => boolean }> {
  const client = await world.client(serverId);
  await client.subscribe('out');
  return { client, isOver: () => client.status === 'end' };
}

async function underAttack(attack: Attack, serverId = 'srv_1') {
  await aRunningDatabase(world, spec(serverId));
  await (await world.client(serverId)).mset({ secret: 'the plaintext', acknowledged: 'yes' });
  const reader = await aReader(serverId);
  await attack({ world, serverId, maxClients });
  return reader;
}

/** Empty for a process that has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
}

const snapshot = { save: 'snapshot', end: 'shutdown', reason: null };
const killedFor = (reason: string) => ({ save: 'append_only_file', end: 'killed', reason });

describe('a stop needs no consent', () => {
  it.each<[string, readonly object[]]>([
    ['a script that has written and never ends', [killedFor('script_running')]],
    ['a script that reads and never ends', [snapshot]],
    ['a function that has written and never ends', [killedFor('script_running')]],
    ['one endless script after another', [killedFor('script_running'), snapshot]],
    ['a pipeline of slow commands', [killedFor('no_answer'), snapshot]],
    ['every connection held', [killedFor('no_answer')]],
    ['transactions, blocking commands and waits that never end', [snapshot]],
    ['memory that is full', [snapshot]],
  ])('%s', async (name, ways) => {
    const attack = attacks[name];
    if (!attack) throw new Error(name);
    const reader = await underAttack(attack);
    const pid = JSON.parse(await readFile(join(world.memoryDir, 'srv_1', 'service.json'), 'utf8')).pid as number;

    const [outcomes, took] = await timed(() => world.fleet.stopServices(['srv_1']));
    expect(ways).toContainEqual(proofIn(outcomes)[0]);
    expect(took).toBeLessThan(budgetMs);
    expect(commandOf(pid)).toBe('');
    await until('the reader is cut off', async () => reader.isOver(), { withinMs: 1000 });
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'done' }]);
    expect(await readdir(world.memoryDir)).toEqual([]);

    await world.fleet.startServers(['srv_1']);
    expect(await world.fleet.startServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
    expect(await (await world.client()).mget('secret', 'acknowledged')).toEqual(['the plaintext', 'yes']);
  });

  it('libraries that take long to load: a start is stopped while it loads them', async () => {
    await underAttack(attacks['libraries that take long to load'] ?? (async () => undefined));
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
    const starting = world.fleet.startServices(['srv_1']);
    await sleep(500);

    const [stopped, took] = await timed(() => world.fleet.stopServices(['srv_1']));
    expect(stopped).toMatchObject([{ state: 'done' }]);
    expect(took).toBeLessThan(budgetMs);
    // A machine that has loaded them by then accepts clients; the stop ends that service like any other.
    expect(['failed', 'done']).toContain((await starting)[0]?.state);
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'done' }]);
  });

  it('backups ordered one after another: they give way', async () => {
    await underAttack(attacks['a script that has written and never ends'] ?? (async () => undefined));
    const backups = Array.from({ length: 30 }, (_, index) => {
      const backupId = `bk_${index}`;
      const backup = {
        backupId,
        teamId: 'team_1',
        databaseId: 'db_of_srv_1',
        keyArn: spec().keyArn,
        objectKey: backupId,
      };
      return world.fleet.backup([{ serverId: 'srv_1', backup }]);
    });

    const [stopped, took] = await timed(() => world.fleet.stopServices(['srv_1']));

    expect(stopped).toMatchObject([{ state: 'done', proof: { stop: killedFor('script_running') } }]);
    expect(took).toBeLessThan(budgetMs);
    for (const [outcome] of await Promise.all(backups))
      expect(outcome).toMatchObject({ state: 'failed', reason: 'unavailable' });
  });

  it('a tenant that keeps many databases busy holds no other one up', async () => {
    const busy = ['srv_a', 'srv_b', 'srv_c', 'srv_d'];
    for (const serverId of busy)
      await underAttack(attacks['a script that has written and never ends'] ?? (async () => undefined), serverId);
    await aRunningDatabase(world, spec('srv_quiet'));
    const stopping = world.fleet.stopServices(busy);

    const [stopped, took] = await timed(() => world.fleet.stopServices(['srv_quiet']));
    expect(proofIn(stopped)).toEqual([snapshot]);
    expect(took).toBeLessThan(8000);
    expect(proofIn(await stopping)).toEqual(busy.map(() => killedFor('script_running')));
  });

  it('the whole machine is stopped, and resumed with every acknowledged write', async () => {
    await underAttack(attacks['a script that has written and never ends'] ?? (async () => undefined));
    const [stopped, took] = await timed(() => world.fleet.suspendAll());
    expect(stopped).toMatchObject([{ state: 'done' }]);
    expect(took).toBeLessThan(budgetMs);
    expect(await readdir(world.memoryDir)).toEqual([]);

    expect(await world.fleet.resumeAll()).toMatchObject([{ state: 'done' }]);
    expect(await (await world.client()).mget('secret', 'acknowledged', 't')).toEqual(['the plaintext', 'yes', null]);
  });
});

describe('what else must not wait for a tenant', () => {
  const busy = attacks['a script that has written and never ends'] ?? (async () => undefined);

  it('a new password is in force, also where the old one keeps the service busy', async () => {
    const reader = await underAttack(busy);
    const [outcome, took] = await timed(() => world.fleet.setPassword('srv_1', sha256('another')));

    expect(outcome).toMatchObject({ state: 'done' });
    expect(took).toBeLessThan(budgetMs);

    await until('its connections are over', async () => reader.isOver());
    await expect(world.client()).rejects.toThrow();
    expect(await (await world.client('srv_1', { password: 'another' })).get('acknowledged')).toBe('yes');
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'done', proof: { stop: snapshot } }]);
  });

  it('writes are paused before a promotion, and the promotion continues', async () => {
    await underAttack(busy);
    expect(await world.fleet.pauseWrites(['srv_1'])).toMatchObject([{ state: 'done' }]);

    const client = await world.client();
    await expect(client.set('late', 'write')).rejects.toThrow(/NOPERM/);
    expect(await client.get('acknowledged')).toBe('yes');
  });

  it('a follower that its readers keep busy becomes a leader', async () => {
    await aRunningDatabase(world, spec());
    await (await world.client()).mset({ secret: 'the plaintext', acknowledged: 'yes' });
    await aRunningDatabase(world, spec('srv_2'));
    const pair = { serverId: 'srv_2', leaderServerId: 'srv_1' };
    await world.fleet.follow([pair]);
    const caughtUp = async () => (await world.fleet.caughtUp(['srv_2']))[0]?.lagBytes === 0;
    await until('caught up', caughtUp);
    await world.fleet.pauseWrites(['srv_1']);
    await attacks['a script that reads and never ends']?.({ world, serverId: 'srv_2', maxClients });
    const promoted = async () => (await world.fleet.promote([pair]))[0]?.state === 'done';

    const [, took] = await timed(() => until('promoted', promoted));

    expect(took).toBeLessThan(budgetMs);

    const client = await world.client('srv_2');
    expect(await client.get('acknowledged')).toBe('yes');
    expect(await client.set('a', 'write of its own')).toBe('OK');
  });

  it('an operation that needs the service’s cooperation fails at once, with the reason', async () => {
    await underAttack(busy);
    const backup = {
      backupId: 'bk_1',
      teamId: 'team_1',
      databaseId: 'db_of_srv_1',
      keyArn: spec().keyArn,
      objectKey: 'bk_1',
    };
    const settings = { memoryMb: 128, maxClients, evictionPolicy: 'noeviction' };
    const isBusy = { state: 'failed', reason: 'unavailable', detail: expect.stringMatching(/busy/) };

    const [responses, took] = await timed(async () => [
      ...(await world.fleet.backup([{ serverId: 'srv_1', backup }])),
      await world.fleet.configure('srv_1', settings),
      ...(await world.fleet.resetStatistics(['srv_1'])),
    ]);

    expect(responses).toMatchObject([isBusy, isBusy, isBusy]);
    expect(took).toBeLessThan(20_000);
    expect(await world.fleet.restartServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
    expect(await (await world.client()).get('acknowledged')).toBe('yes');
  });
});
