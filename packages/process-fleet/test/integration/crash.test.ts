import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aFleet,
  aRunningDatabase,
  aServer,
  digestOf,
  firstPort,
  type World,
  writeKeys,
} from '../../test-support/given.ts';

const done = [{ serverId: 'srv_1', state: 'done' }];
let world: World;
const children: ChildProcess[] = [];

beforeEach(async () => {
  world = await aFleet();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world.end();
});

const memory = (name = '') => join(world.memoryDir, 'srv_1', name);
const pidOfService = async () => (JSON.parse(await readFile(memory('service.json'), 'utf8')) as { pid: number }).pid;
const isUp = (pid: number) => existsSync(`/proc/${pid}/cmdline`) && process.kill(pid, 0);

const killService = async () => {
  process.kill(await pidOfService(), 'SIGKILL');
  await observed((service) => service === 'stopped');
};

async function observed(wanted: (service: string) => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const [seen] = await world.fleet.describe(['srv_1']);
    if (seen && wanted(seen.service)) return;
    await sleep(100);
  }
  throw new Error('the service did not get there in 10 seconds');
}

function aControlPlane(...verbs: string[]): ChildProcess {
  const program = fileURLToPath(new URL('./fleet-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, world.dir, world.memoryDir, String(firstPort), ...verbs], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let heard = '';
  for await (const chunk of child.stdout ?? []) {
    heard += String(chunk);
    if (heard.includes(word)) return;
  }
  throw new Error(`the control plane ended without saying ${word}`);
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('a control plane that is killed', () => {
  it('leaves the service running, and the next one adopts, stops and starts it', async () => {
    await world.fleet.launch([aServer()]);
    await world.fleet.close();
    const child = aControlPlane('startServices');
    await said(child, 'ready');
    const client = await world.client();
    await writeKeys(client, 200);
    const digest = await digestOf(client);
    const pid = await pidOfService();
    await killed(child);
    expect(isUp(pid)).toBe(true);

    const fleet = await world.again();
    world.kms.refusal = 'key_unusable';
    expect(await fleet.describe(['srv_1'])).toMatchObject([{ server: 'running', service: 'running' }]);
    expect(await fleet.startServices(['srv_1'])).toEqual(done);
    expect(await pidOfService()).toBe(pid);
    expect(await fleet.stopServices(['srv_1'])).toMatchObject(done);
    expect(await fleet.stopServers(['srv_1'])).toMatchObject(done);
    expect(await readdir(world.memoryDir)).toEqual([]);

    world.kms.refusal = null;
    await fleet.startServers(['srv_1']);
    await fleet.startServices(['srv_1']);
    expect(await digestOf(await world.client())).toBe(digest);
  });

  it('loses nothing at whatever moment of the way down and up it dies', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 2000);
    const digest = await digestOf(client);
    await world.fleet.close();
    for (const afterMs of [0, 3, 6, 9, 12, 15, 20, 25, 40, 80, 160]) {
      const child = aControlPlane('stopServices', 'stopServers', 'startServers', 'startServices', 'forever');
      await said(child, 'begins');
      await sleep(afterMs);
      await killed(child);
      const fleet = await world.again();
      await fleet.stopServices(['srv_1']);
      expect(await fleet.stopServers(['srv_1'])).toMatchObject(done);
      expect(await fleet.startServers(['srv_1'])).toMatchObject(done);
      expect(await fleet.startServices(['srv_1'])).toEqual(done);
      expect(await digestOf(await world.client())).toBe(digest);
      await fleet.close();
    }
  }, 60_000);

  it('leaves half-done folders and seals that the next one clears or ignores', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    await world.fleet.stopServers(['srv_1']);
    await writeFile(join(world.dir, 'srv_1', 'volume.sealed.new'), 'half a seal');
    await mkdir(join(world.memoryDir, '.new-srv_1'));
    await writeFile(join(world.memoryDir, '.new-srv_1', 'dump.rdb'), 'half an unseal');
    await mkdir(join(world.memoryDir, '.gone-srv_1-1'));
    await cp(join(world.dir, 'srv_1'), join(world.dir, '.new-srv_2'), { recursive: true });

    const fleet = await world.again();
    expect(await readdir(world.memoryDir)).toEqual([]);
    expect(await readdir(world.dir)).toEqual(['srv_1']);
    expect(await fleet.startServers(['srv_1'])).toMatchObject(done);
    expect(await fleet.startServices(['srv_1'])).toEqual(done);
  });

  it('finds a process whose id was never noted', async () => {
    await aRunningDatabase(world);
    const note = JSON.parse(await readFile(memory('service.json'), 'utf8')) as { pid: number };
    await writeFile(memory('service.json'), JSON.stringify({ ...note, pid: null, open: false }));
    const fleet = await world.again();
    expect(await fleet.startServices(['srv_1'])).toEqual(done);
    expect(await pidOfService()).toBe(note.pid);
  });

  it("does not take another program's process for its service", async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    await writeFile(memory('service.json'), JSON.stringify({ pid: process.pid, port: 1, open: true }));
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ server: 'running', service: 'stopped' }]);
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject(done);
  });
});

describe('a service that dies by itself', () => {
  it('comes back with every acknowledged write, while the control plane is up', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 300);
    const digest = await digestOf(client);
    const pid = await pidOfService();
    process.kill(pid, 'SIGKILL');
    await observed((service) => service === 'stopped');
    await observed((service) => service === 'running');
    expect(await pidOfService()).not.toBe(pid);
    expect(await digestOf(await world.client())).toBe(digest);
  }, 20_000);

  it('stays stopped if that is the desired state', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    await world.again();
    await sleep(1500);
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ service: 'stopped' }]);
  });

  it('is saved from what it left when its server stops', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 300);
    const digest = await digestOf(client);
    await world.fleet.close();
    await killService();
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject(done);
    await world.fleet.startServers(['srv_1']);
    await world.fleet.startServices(['srv_1']);
    expect(await digestOf(await world.client())).toBe(digest);
  });

  it('is not sealed away when what it left does not load', async () => {
    await aRunningDatabase(world);
    await writeKeys(await world.client(), 10);
    await world.fleet.close();
    await killService();
    await rename(memory('appendonlydir/appendonly.aof.1.incr.aof'), memory('kept'));
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'save_failed' }]);
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'save_failed' }]);
    await rename(memory('kept'), memory('appendonlydir/appendonly.aof.1.incr.aof'));
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject(done);
  });
});
