import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aFleet, aServer, digestOf, type World, writeKeys } from '../../test-support/given.ts';

let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

const ids = Array.from({ length: 10 }, (_, n) => `srv_${n}`);
const allDone = ids.map((serverId) => ({ serverId, state: 'done' }));

describe('a batch', () => {
  it('takes ten servers up and down, each on ports of its own', async () => {
    const { fleet } = world;
    expect(await fleet.launch(ids.map((id) => aServer(id)))).toEqual(allDone);
    expect(await fleet.startServices(ids)).toEqual(allDone);
    const endpoints = (await fleet.describe(ids)).flatMap(({ endpoint }) =>
      endpoint ? [endpoint.port, endpoint.tlsPort] : [],
    );
    expect(new Set(endpoints).size).toBe(20);
    expect(await fleet.stopServices(ids)).toMatchObject(allDone);
    expect(await fleet.stopServers(ids)).toMatchObject(allDone);
    expect(await readdir(world.memoryDir)).toEqual([]);
    expect(await fleet.startServers(ids)).toMatchObject(allDone);
    expect(await fleet.startServices(ids)).toEqual(allDone);
    expect(await fleet.terminate(ids)).toEqual(allDone);
  }, 30_000);

  it('returns an outcome per server when only some fail', async () => {
    await world.fleet.launch([aServer('srv_1')]);
    expect(await world.fleet.startServices(['srv_1', 'srv_none'])).toMatchObject([
      { serverId: 'srv_1', state: 'done' },
      { serverId: 'srv_none', state: 'failed', reason: 'not_found' },
    ]);
  });
});

describe('a suspension', () => {
  it('seals all, and a resumption brings back what ran and only that', async () => {
    await world.fleet.launch([aServer('srv_1'), aServer('srv_2'), aServer('srv_3')]);
    await world.fleet.startServices(['srv_1', 'srv_3']);
    await world.fleet.stopServices(['srv_3']);
    await world.fleet.stopServers(['srv_3']);
    const client = await world.client('srv_1');
    await writeKeys(client, 50);
    const digest = await digestOf(client);
    const before = await world.fleet.describe(['srv_1', 'srv_2', 'srv_3']);

    expect((await world.fleet.suspendAll()).map(({ serverId, state }) => [serverId, state]).sort()).toEqual([
      ['srv_1', 'done'],
      ['srv_2', 'done'],
    ]);
    expect(await readdir(world.memoryDir)).toEqual([]);

    const fleet = await world.again();
    expect((await fleet.resumeAll()).map(({ serverId, state }) => [serverId, state]).sort()).toEqual([
      ['srv_1', 'done'],
      ['srv_2', 'done'],
    ]);
    expect(await fleet.describe(['srv_1', 'srv_2', 'srv_3'])).toEqual(before);
    expect(await digestOf(await world.client('srv_1'))).toBe(digest);
  });

  it('reports what stays down because its key is unusable', async () => {
    await world.fleet.launch([aServer('srv_1')]);
    await world.fleet.startServices(['srv_1']);
    await world.fleet.suspendAll();
    const fleet = await world.again();
    world.kms.refusal = 'key_unusable';
    expect(await fleet.resumeAll()).toMatchObject([{ serverId: 'srv_1', state: 'failed', reason: 'key_unusable' }]);
    expect(await fleet.describe(['srv_1'])).toMatchObject([{ server: 'stopped', service: 'stopped' }]);
    world.kms.refusal = null;
    expect(await fleet.resumeAll()).toMatchObject([{ state: 'done' }]);
    expect(await fleet.describe(['srv_1'])).toMatchObject([{ server: 'running', service: 'running' }]);
  });
});
