import { mkdir, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aFleet, aRunningDatabase, aServer, digestOf, type World, writeKeys } from '../../test-support/given.ts';

let world: World;
const volume = (serverId = 'srv_1') => join(world.dir, serverId, 'volume.sealed');
const noteOf = async (serverId = 'srv_1') =>
  JSON.parse(await readFile(join(world.memoryDir, serverId, 'service.json'), 'utf8')) as { pid: number; port: number };

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

async function aStoppedDatabase(serverId = 'srv_1') {
  await aRunningDatabase(world, aServer(serverId));
  const client = await world.client(serverId);
  await writeKeys(client, 500);
  const digest = await digestOf(client);
  await world.fleet.stopServices([serverId]);
  await world.fleet.stopServers([serverId]);
  return digest;
}

describe('a damaged volume', () => {
  it('is neither served nor overwritten, wherever the damage is', async () => {
    await aStoppedDatabase();
    const whole = await readFile(volume());
    for (const at of [0, 5, 40, Math.floor(whole.length / 2), whole.length - 1]) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await writeFile(volume(), flipped);
      expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'volume_damaged' }]);
      await world.fleet.stopServers(['srv_1']);
      expect((await readFile(volume())).equals(flipped)).toBe(true);
    }
    expect(await readdir(world.memoryDir)).toEqual([]);
  });

  it('is found when it is cut off, empty or gone', async () => {
    await aStoppedDatabase();
    const { length } = await readFile(volume());
    for (const left of [length - 1, length - 40, Math.floor(length / 2), 20, 0]) {
      await truncate(volume(), left);
      expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'volume_damaged' }]);
      expect((await readFile(volume())).length).toBe(left);
    }
    await unlink(volume());
    expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'volume_damaged' }]);
    expect(await world.fleet.launch([aServer()])).toMatchObject([{ state: 'done' }]);
    expect(await readdir(join(world.dir, 'srv_1'))).not.toContain('volume.sealed');
  });

  it("is found when it is another database's", async () => {
    await aStoppedDatabase('srv_1');
    await aStoppedDatabase('srv_2');
    await writeFile(volume('srv_1'), await readFile(volume('srv_2')));
    expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'volume_damaged' }]);
    expect(await world.fleet.startServers(['srv_2'])).toMatchObject([{ state: 'done' }]);
  });
});

describe('a save that fails', () => {
  it('keeps no service up: its append-only file is sealed, and the next start has its data', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 100);
    const digest = await digestOf(client);
    // Redis writes the snapshot to this name first; a folder is in the way for any user.
    await mkdir(join(world.memoryDir, 'srv_1', `temp-${(await noteOf()).pid}.rdb`, 'in-the-way'), { recursive: true });

    const stop = { save: 'append_only_file', end: 'shutdown', reason: 'save_failed' };
    const proof = { stop, appendOnlyBytes: expect.any(Number) };
    expect(await world.fleet.stopServices(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done', proof }]);
    expect(await world.fleet.stopServices(['srv_1'])).toEqual([{ serverId: 'srv_1', state: 'done', proof }]);
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'done', proof }]);
    expect(await readdir(world.memoryDir)).toEqual([]);
    expect(await readFile(volume(), 'latin1')).not.toMatch(/plaintext|key:1|REDIS0/);

    await world.fleet.startServers(['srv_1']);
    await world.fleet.startServices(['srv_1']);
    expect(await digestOf(await world.client())).toBe(digest);
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ proof: { stop: { save: 'snapshot' } } }]);
  });
});

describe('a service that accepts no clients', () => {
  it('is still stopped without loss when clients hold every connection', async () => {
    await aRunningDatabase(world, aServer('srv_1', { maxClients: 3 }));
    const clients = [await world.client(), await world.client(), await world.client()];
    const [writer] = clients;
    if (!writer) throw new Error('no client');
    await writeKeys(writer, 100);
    const digest = await digestOf(writer);
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ service: 'stopped' }]);
    await world.fleet.startServices(['srv_1']);
    expect(await digestOf(await world.client())).toBe(digest);
  });
});
