import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aFleet, aRunningDatabase, aServer, digestOf, type World, writeKeys } from '../../test-support/given.ts';

let world: World;
beforeEach(async () => {
  world = await aFleet({ checkpointEveryMs: 50 });
});
afterEach(() => world.end());

const volume = () => join(world.dir, 'srv_1', 'volume.sealed');
const volumeBytes = async () => (await stat(volume())).size;
const identity = async () => (await stat(volume(), { bigint: true })).ino;

async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await met()) return;
    await sleep(25);
  }
  throw new Error(`not within 10 seconds: ${what}`);
}

const sealedWith = (bytes: number) => until(`a volume of ${bytes} bytes`, async () => (await volumeBytes()) > bytes);

/** Power cut: every process dies at once, and memory is empty. */
async function theMachineDies(): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(world.memoryDir, 'srv_1', 'service.json'), 'utf8')) as { pid: number };
  await world.fleet.close();
  process.kill(pid, 'SIGKILL');
  await rm(join(world.memoryDir, 'srv_1'), { recursive: true });
}

const incompressible = (megabytes: number) =>
  Buffer.from(Array.from({ length: megabytes * 2 ** 20 }, () => Math.floor(Math.random() * 256)));

describe('a machine that dies', () => {
  it('loses nothing that was sealed while the service ran', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 500);
    await client.set('bulk', incompressible(1));
    const digest = await digestOf(client);
    await sealedWith(2 ** 20);
    await theMachineDies();

    const fleet = await world.again();
    expect(await fleet.resumeAll()).toMatchObject([{ state: 'done' }]);
    expect(await digestOf(await world.client())).toBe(digest);
  });

  it('leaves ciphertext that only the key opens', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 500);
    await client.set('bulk', incompressible(1));
    await sealedWith(2 ** 20);
    await theMachineDies();
    const bytes = await readFile(volume());
    expect([bytes.includes('the plaintext of value'), bytes.includes('REDIS')]).toEqual([false, false]);

    world.kms.refusal = 'key_unusable';
    const fleet = await world.again();
    expect(await fleet.resumeAll()).toMatchObject([{ state: 'failed', reason: 'key_unusable' }]);
    world.kms.refusal = null;
  });
});

describe('a volume', () => {
  it('is sealed though KMS says no, from the key in memory', async () => {
    await aRunningDatabase(world);
    world.kms.refusal = 'key_unusable';
    await (await world.client()).set('bulk', incompressible(1));
    await sealedWith(2 ** 20);
    world.kms.refusal = null;
  });

  it('is not written again while nothing changes', async () => {
    await aRunningDatabase(world);
    await (await world.client()).set('bulk', incompressible(1));
    await sealedWith(2 ** 20);
    let last = await identity();
    let quiet = 0;
    await until('ten looks without a new volume', async () => {
      const now = await identity();
      quiet = now === last ? quiet + 1 : 0;
      last = now;
      return quiet === 10;
    });
    await (await world.client()).set('one more', '1');
    await until('a new volume', async () => (await identity()) !== last);
  });

  it('is what the stop wrote, whatever was being sealed meanwhile, and nothing touches it afterwards', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    for (let round = 0; round < 3; round += 1) {
      const writer = await world.client();
      await writeKeys(writer, 300);
      await writer.set('round', String(round));
      await writer.set(`bulk:${round}`, incompressible(1));
      expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
      expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'done' }]);
      const stopped = await identity();
      await sleep(200);
      expect(await identity()).toBe(stopped);
      await world.fleet.startServers(['srv_1']);
      await world.fleet.startServices(['srv_1']);
      expect(await (await world.client()).get('round')).toBe(String(round));
    }
    client.disconnect();
  });

  it('has no plaintext and no half of a volume beside it once the server is terminated', async () => {
    await aRunningDatabase(world, aServer());
    await (await world.client()).set('bulk', incompressible(2));
    await sleep(60);
    expect(await world.fleet.terminate(['srv_1'])).toMatchObject([{ state: 'done' }]);
    await expect(stat(join(world.dir, 'srv_1'))).rejects.toThrow('ENOENT');
    await expect(stat(join(world.memoryDir, 'srv_1'))).rejects.toThrow('ENOENT');
    expect(world.logged.filter(([message]) => message === 'checkpoint failed')).toEqual([]);
  });
});
