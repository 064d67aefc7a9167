import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/port.ts';
import {
  aFleet,
  aRunningDatabase,
  aServer,
  digestOf,
  password,
  sha256,
  type World,
  writeKeys,
} from '../../test-support/given.ts';

const done = [{ serverId: 'srv_1', state: 'done' }];
const isDone = [expect.objectContaining({ serverId: 'srv_1', state: 'done' })];
const saved = {
  ...{ savedAt: expect.stringMatching(/^20.*Z$/), snapshotBytes: expect.any(Number) },
  stop: { save: 'snapshot', end: 'shutdown', reason: null },
};
const proofIn = ([outcome]: readonly Outcome[]) => (outcome?.state === 'done' ? outcome.proof : null);
let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

describe("a database's life", () => {
  it('brings a thousand keys through save, seal, wipe, unseal and load', async () => {
    const { fleet } = world;
    await aRunningDatabase(world);
    const before = await world.client();
    await writeKeys(before, 1000);
    const digest = await digestOf(before);

    expect(await fleet.stopServices(['srv_1'])).toEqual([{ ...done[0], proof: saved }]);
    expect(await readdir(join(world.memoryDir, 'srv_1'))).not.toContain('appendonlydir');
    const sealedProof = proofIn(await fleet.stopServers(['srv_1']));
    const bytes = await readFile(join(world.dir, 'srv_1', 'volume.sealed'));
    const volume = { volumeBytes: bytes.length, volumeSha256: createHash('sha256').update(bytes).digest('hex') };
    expect(sealedProof).toEqual({ ...saved, ...volume });
    expect(await readdir(world.memoryDir)).toEqual([]);
    const sealed = await readFile(join(world.dir, 'srv_1', 'volume.sealed'), 'latin1');
    expect(sealed).not.toMatch(/plaintext|key:1|REDIS0/);

    expect(await fleet.startServers(['srv_1'])).toEqual([{ ...done[0], proof: volume }]);
    expect(await fleet.startServices(['srv_1'])).toEqual(done);
    expect(await digestOf(await world.client())).toBe(digest);
  });

  it('returns the same from each operation when it runs twice', async () => {
    const { fleet } = world;
    const twice = async (verb: () => Promise<unknown>) => [await verb(), await verb()];
    const alike = async (verb: () => Promise<unknown>) => {
      const [first, second] = await twice(verb);
      expect(second).toEqual(first);
      return first;
    };
    expect(await twice(() => fleet.launch([aServer()]))).toEqual([done, done]);
    expect(await twice(() => fleet.startServices(['srv_1']))).toEqual([done, done]);
    expect(await alike(() => fleet.stopServices(['srv_1']))).toEqual(isDone);
    expect(await alike(() => fleet.stopServers(['srv_1']))).toEqual(isDone);
    expect(await alike(() => fleet.stopServices(['srv_1']))).toEqual(isDone);
    expect(await alike(() => fleet.startServers(['srv_1']))).toEqual(isDone);
    expect(await twice(() => fleet.terminate(['srv_1']))).toEqual([done, done]);
    expect(await fleet.describe(['srv_1'])).toEqual([
      { serverId: 'srv_1', server: 'absent', service: 'stopped', endpoint: null },
    ]);
    expect(await readdir(world.dir)).toEqual([]);
    expect(await readdir(world.memoryDir)).toEqual([]);
  });

  it('can be tried to be opened while it is stopped: KMS decides, and nothing comes up', async () => {
    const { fleet } = world;
    await aRunningDatabase(world);
    const nothing = { serverId: 'srv_1', error: null, requestId: null };
    expect(await fleet.tryToOpen(['srv_1'])).toEqual([{ ...nothing, answer: 'not_tried' }]);
    await fleet.stopServices(['srv_1']);
    await fleet.stopServers(['srv_1']);
    for (const [refusal, response] of [
      [null, 'opened'],
      ['key_unusable', 'refused'],
      ['unavailable', 'unanswered'],
    ] as const) {
      world.kms.refusal = refusal;
      expect(await fleet.tryToOpen(['srv_1'])).toEqual([{ ...nothing, answer: response }]);
    }
    expect(await fleet.tryToOpen(['srv_none'])).toEqual([{ ...nothing, serverId: 'srv_none', answer: 'unanswered' }]);
    expect(await fleet.describe(['srv_1'])).toMatchObject([{ server: 'stopped' }]);
  });

  it('describes its state, and keeps the endpoint for life', async () => {
    const { fleet } = world;
    await aRunningDatabase(world);
    const [running] = await fleet.describe(['srv_1']);
    expect(running).toMatchObject({ server: 'running', service: 'running', endpoint: { host: '127.0.0.1' } });
    await fleet.stopServices(['srv_1']);
    await fleet.stopServers(['srv_1']);
    expect(await fleet.describe(['srv_1'])).toEqual([{ ...running, server: 'stopped', service: 'stopped' }]);
    await fleet.startServers(['srv_1']);
    expect(await fleet.describe(['srv_1'])).toEqual([{ ...running, server: 'running', service: 'stopped' }]);
  });

  it('refuses what is out of order', async () => {
    const { fleet } = world;
    await aRunningDatabase(world);
    expect(await fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'service_running' }]);
    expect(await fleet.describe(['srv_1'])).toMatchObject([{ server: 'running', service: 'running' }]);
    await fleet.stopServices(['srv_1']);
    await fleet.stopServers(['srv_1']);
    expect(await fleet.startServices(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'server_stopped' }]);
    expect(await fleet.stopServices(['srv_none'])).toMatchObject([{ state: 'failed', reason: 'not_found' }]);
    expect(await fleet.startServers(['../srv_1'])).toMatchObject([{ state: 'failed', reason: 'not_found' }]);
    expect(await fleet.terminate(['srv_none'])).toEqual([{ serverId: 'srv_none', state: 'done' }]);
  });

  it('launches nothing for a size or a policy that no configuration can say', async () => {
    const spec = aServer('srv_1', { evictionPolicy: 'noeviction\nrequirepass ""' });
    expect(await world.fleet.launch([spec])).toMatchObject([{ state: 'failed', reason: 'start_failed' }]);
    expect(await readdir(world.dir)).toEqual([]);
  });
});

describe("the customer's key", () => {
  it('is needed to launch, and a refused launch leaves nothing', async () => {
    world.kms.refusal = 'key_unusable';
    expect(await world.fleet.launch([aServer()])).toMatchObject([{ state: 'failed', reason: 'key_unusable' }]);
    expect(await readdir(world.dir)).toEqual([]);
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ server: 'absent' }]);
  });

  it('is needed to start, and without it nothing becomes readable', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    await world.fleet.stopServers(['srv_1']);
    world.kms.refusal = 'key_unusable';
    expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'key_unusable' }]);
    world.kms.refusal = 'unavailable';
    expect(await world.fleet.startServers(['srv_1'])).toMatchObject([{ state: 'failed', reason: 'unavailable' }]);
    expect(await readdir(world.memoryDir)).toEqual([]);
    expect(await world.fleet.describe(['srv_1'])).toMatchObject([{ server: 'stopped', service: 'stopped' }]);
  });

  it('is not needed to save, seal and stop', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 100);
    const digest = await digestOf(client);
    world.kms.refusal = 'key_unusable';
    expect(await world.fleet.stopServices(['srv_1'])).toEqual(isDone);
    expect(await world.fleet.stopServers(['srv_1'])).toEqual(isDone);
    world.kms.refusal = null;
    await world.fleet.startServers(['srv_1']);
    await world.fleet.startServices(['srv_1']);
    expect(await digestOf(await world.client())).toBe(digest);
  });
});

describe('a running service', () => {
  it('keeps the application away from administration', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    for (const command of [
      'config get dir',
      'shutdown nosave',
      'debug sleep 0',
      'replicaof no one',
      'acl list',
      'module list',
      'save',
      'bgrewriteaof',
    ]) {
      const [name = '', ...words] = command.split(' ');
      await expect(client.call(name, ...words)).rejects.toThrow(/NOPERM|command not allowed/);
    }
    await expect(client.call('acl', 'whoami')).resolves.toBe('default');
    await expect(world.client('srv_1', { password: 'wrong' })).rejects.toThrow();
  });

  it('is reached over TLS by clients that trust the authority, and by no others', async () => {
    await aRunningDatabase(world);
    const [observed] = await world.fleet.describe(['srv_1']);
    const ca = await readFile(world.fleet.authorityFile, 'utf8');
    const port = observed?.endpoint?.tlsPort ?? 0;
    for (const host of ['127.0.0.1', 'localhost']) {
      const client = await world.client('srv_1', { host, port, tls: { ca } });
      expect(await client.ping()).toBe('PONG');
    }
    await expect(world.client('srv_1', { port, tls: {} })).rejects.toThrow();
  });

  it('takes a new password at once, and at every later start', async () => {
    await aRunningDatabase(world);
    expect(await world.fleet.setPassword('srv_1', 'no hash')).toMatchObject({
      state: 'failed',
      reason: 'start_failed',
    });
    expect(await world.fleet.setPassword('srv_1', sha256('another'))).toEqual(done[0]);
    await expect(world.client()).rejects.toThrow();
    expect(await (await world.client('srv_1', { password: 'another' })).ping()).toBe('PONG');
    await world.fleet.stopServices(['srv_1']);
    await world.fleet.startServices(['srv_1']);
    expect(await (await world.client('srv_1', { password: 'another' })).ping()).toBe('PONG');
  });

  it('shows no password in process arguments, logs, files or to other users', async () => {
    await aRunningDatabase(world);
    const memory = join(world.memoryDir, 'srv_1');
    const { pid } = JSON.parse(await readFile(join(memory, 'service.json'), 'utf8')) as { pid: number };
    const admin = await readFile(join(memory, 'admin-password'), 'utf8');
    const shown = [
      await readFile(`/proc/${pid}/cmdline`, 'utf8'),
      await readFile(`/proc/${pid}/environ`, 'utf8'),
      JSON.stringify(world.logged),
    ];
    shown.push(await readFile(join(memory, 'redis.conf'), 'utf8'), await readFile(join(memory, 'service.log'), 'utf8'));
    for (const text of shown) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(admin);
    }
    for (const path of [world.memoryDir, memory]) expect((await stat(path)).mode & 0o777).toBe(0o700);
    for (const name of ['data-key', 'admin-password'])
      expect((await stat(join(memory, name))).mode & 0o777).toBe(0o600);
    expect(existsSync(join(world.dir, 'srv_1', 'dump.rdb'))).toBe(false);
  });
});
