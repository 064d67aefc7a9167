import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServiceSettings } from '../../src/port.ts';
import { aFleet, aRunningDatabase, digestOf, type World, writeKeys } from '../../test-support/given.ts';

const done = { serverId: 'srv_1', state: 'done' };
const settings: ServiceSettings = {
  memoryMb: 64,
  maxClients: 20,
  evictionPolicy: 'allkeys-lru',
  idleTimeoutSeconds: 300,
  keyspaceEvents: 'Kx',
};
let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

/** What an application may see of the settings. */
const seen = async () => {
  const info = await (await world.client()).info();
  const [, policy] = /maxmemory_policy:(\S+)/.exec(info) ?? [];
  const [, memory] = /maxmemory:(\d+)/.exec(info) ?? [];
  const [, clients] = /maxclients:(\d+)/.exec(info) ?? [];
  return { policy, memory: Number(memory), clients: Number(clients) };
};
const asConfigured = { policy: 'allkeys-lru', memory: 64 * 2 ** 20, clients: 20 };

describe('settings', () => {
  it('take effect while the service runs, and stay through a stop', async () => {
    await aRunningDatabase(world);
    expect(await world.fleet.configure('srv_1', settings)).toEqual(done);
    expect(await seen()).toEqual(asConfigured);

    await world.fleet.stopServices(['srv_1']);
    await world.fleet.stopServers(['srv_1']);
    await world.fleet.startServers(['srv_1']);
    await world.fleet.startServices(['srv_1']);
    expect(await seen()).toEqual(asConfigured);
  });

  it('of a stopped service wait for its start', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    expect(await world.fleet.configure('srv_1', settings)).toEqual(done);
    await world.fleet.startServices(['srv_1']);
    expect(await seen()).toEqual(asConfigured);
  });

  it.each<[string, Partial<ServiceSettings>]>([
    ['an unknown policy', { evictionPolicy: 'newest' }],
    ['no memory', { memoryMb: 0 }],
    ['a line of its own', { keyspaceEvents: 'K"\nrequirepass x' }],
    ['half a second', { idleTimeoutSeconds: 0.5 }],
  ])('are refused for %s, and change nothing', async (_, changes) => {
    await aRunningDatabase(world);
    const before = await seen();
    expect(await world.fleet.configure('srv_1', { ...settings, ...changes })).toMatchObject({
      state: 'failed',
      reason: 'start_failed',
    });
    expect(await seen()).toEqual(before);
  });

  it('of a missing server fail with its state', async () => {
    expect(await world.fleet.configure('srv_9', settings)).toMatchObject({ state: 'failed', reason: 'not_found' });
  });
});

describe('measuring', () => {
  it('returns version, memory and connections of a running service', async () => {
    await aRunningDatabase(world);
    await writeKeys(await world.client(), 1000);
    const [measurement] = await world.fleet.measure(['srv_1']);
    expect(measurement?.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(measurement?.usedBytes).toBeGreaterThan(100_000);
    expect(measurement?.clients).toBeGreaterThan(0);
  });

  it('knows nothing of a service that is stopped or not there', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    const nothing = { version: null, usedBytes: null, clients: null };
    expect(await world.fleet.measure(['srv_1', 'srv_9'])).toEqual([
      { serverId: 'srv_1', ...nothing },
      { serverId: 'srv_9', ...nothing },
    ]);
  });
});

describe('statistics', () => {
  it('start from 0', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]);
    await Promise.all(Array.from({ length: 200 }, () => client.ping()));
    expect(await commands()).toBeGreaterThan(200);
    expect(await world.fleet.resetStatistics(['srv_1'])).toEqual([done]);
    expect(await commands()).toBeLessThan(20);
  });
});

describe('a restart', () => {
  const processOf = async () => /process_id:(\d+)/.exec(await (await world.client()).info('server'))?.[1];

  it('is another process with the same data', async () => {
    await aRunningDatabase(world);
    await writeKeys(await world.client(), 1000);
    const digest = await digestOf(await world.client());
    const before = await processOf();

    expect(await world.fleet.restartServices(['srv_1'])).toEqual([done]);
    expect(await processOf()).not.toBe(before);
    expect(await digestOf(await world.client())).toBe(digest);
  });

  it('does not change a service whose desired state is stopped', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    expect(await world.fleet.restartServices(['srv_1'])).toEqual([done]);
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ service: 'stopped' }]);
  });
});
