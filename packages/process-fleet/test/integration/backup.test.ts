import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BackupOrder, BackupRef } from '../../src/port.ts';
import { aFleet, aRunningDatabase, aServer, digestOf, type World, writeKeys } from '../../test-support/given.ts';

let world: World;
beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

const aBackup = (backupId = 'bak_1', changes: Partial<BackupRef> = {}): BackupRef => ({
  backupId,
  teamId: 'team_1',
  databaseId: 'db_of_srv_1',
  keyArn: aServer().keyArn,
  objectKey: `team_1/db_of_srv_1/${backupId}`,
  ...changes,
});
const anOrder = (serverId = 'srv_1', backup = aBackup()): BackupOrder => ({ serverId, backup });
const restored = async (serverId: string, backup = aBackup()) => {
  await world.fleet.launch([aServer(serverId)]);
  return world.fleet.restore([anOrder(serverId, backup)]);
};
const failure = (reason: string) => [expect.objectContaining({ state: 'failed', reason })];

describe('a backup', () => {
  it('is ciphertext under a key of its own, with the wrapped key beside it', async () => {
    await aRunningDatabase(world);
    await writeKeys(await world.client(), 500);
    const [taken] = await world.fleet.backup([anOrder()]);
    const object = world.objects.stored.get('team_1/db_of_srv_1/bak_1');
    expect(taken).toEqual({
      serverId: 'srv_1',
      state: 'done',
      objectBytes: object?.bytes.length,
      memoryBytes: expect.any(Number),
    });
    expect(object?.bytes.includes('the plaintext of value')).toBe(false);
    expect(object?.bytes.includes('REDIS0')).toBe(false);
    expect(object?.metadata).toMatchObject({ format: 'latchkey-backup/1', 'key-arn': aServer().keyArn });
  });

  it('leaves clients in, and neither plaintext nor ciphertext behind on the machine', async () => {
    await aRunningDatabase(world);
    const client = await world.client();
    await writeKeys(client, 500);
    await world.fleet.backup([anOrder()]);
    expect(await client.get('key:1')).toBe('the plaintext of value 1');
    expect((await readdir(join(world.memoryDir, 'srv_1'))).filter((name) => name.startsWith('backup'))).toEqual([]);
    expect((await readdir(join(world.dir, 'srv_1'))).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('is taken once for repeated and concurrent requests', async () => {
    await aRunningDatabase(world);
    const outcomes = await Promise.all([world.fleet.backup([anOrder()]), world.fleet.backup([anOrder()])]);
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(world.objects.puts).toBe(1);
    await (await world.again()).backup([anOrder()]);
    expect(world.objects.puts).toBe(1);
  });

  it('does not keep a stop waiting for its store', async () => {
    await aRunningDatabase(world);
    let store: () => void = () => undefined;
    const put = world.objects.put;
    world.objects.put = async (object) => {
      await new Promise<void>((resolve) => {
        store = resolve;
      });
      await put(object);
    };
    const taking = world.fleet.backup([anOrder()]);
    while (
      world.objects.puts === 0 &&
      (await readdir(join(world.dir, 'srv_1'))).every((name) => !name.endsWith('bak_1.sealed'))
    ) {
      await new Promise(setImmediate);
    }
    expect(await world.fleet.stopServices(['srv_1'])).toMatchObject([{ state: 'done' }]);
    expect(await world.fleet.stopServers(['srv_1'])).toMatchObject([{ state: 'done' }]);
    store();
    await new Promise(setImmediate);
    store();
    expect(await taking).toMatchObject([{ state: 'done' }]);
  });

  it('is refused while KMS refuses the key, and nothing is stored', async () => {
    await aRunningDatabase(world);
    world.kms.refusal = 'key_unusable';
    expect(await world.fleet.backup([anOrder()])).toEqual(failure('key_unusable'));
    expect(world.objects.stored.size).toBe(0);
  });

  it('needs a running server, and a service that serves', async () => {
    await aRunningDatabase(world);
    await world.fleet.stopServices(['srv_1']);
    expect(await world.fleet.backup([anOrder()])).toEqual(failure('unavailable'));
    await world.fleet.stopServers(['srv_1']);
    expect(await world.fleet.backup([anOrder()])).toEqual(failure('server_stopped'));
    expect(await world.fleet.backup([anOrder('srv_0')])).toEqual(failure('not_found'));
  });
});

describe('a restore', () => {
  it('gives another server under another key the same data, also after a stop that follows at once', async () => {
    await aRunningDatabase(world);
    const leader = await world.client();
    await writeKeys(leader, 500);
    await leader.set('later', 'gone', 'EX', 1000);
    await world.fleet.backup([anOrder()]);
    const digest = await digestOf(leader);
    await world.fleet.terminate(['srv_1']);

    await world.fleet.launch([aServer('srv_2', { keyArn: 'arn:aws:kms:us-east-1:111122223333:key/2' })]);
    for (const _ of [1, 2])
      expect(await world.fleet.restore([anOrder('srv_2')])).toEqual([{ serverId: 'srv_2', state: 'done' }]);
    await world.fleet.stopServers(['srv_2']);
    await world.fleet.startServers(['srv_2']);
    await world.fleet.startServices(['srv_2']);
    const client = await world.client('srv_2');
    expect(await digestOf(client)).toBe(digest);
    expect(await client.ttl('later')).toBeGreaterThan(900);
  });

  it('is refused over a service that runs', async () => {
    await aRunningDatabase(world);
    await world.fleet.backup([anOrder()]);
    expect(await world.fleet.restore([anOrder()])).toEqual(failure('service_running'));
  });

  it('distinguishes a missing, a damaged and a foreign backup from an unusable key', async () => {
    await aRunningDatabase(world);
    await writeKeys(await world.client(), 10);
    await world.fleet.backup([anOrder()]);
    const key = aBackup().objectKey;
    const whole = world.objects.stored.get(key);
    if (!whole) throw new Error('nothing was stored');
    expect(await restored('srv_2', aBackup('bak_2'))).toEqual(failure('backup_missing'));

    world.objects.stored.set(key, { ...whole, bytes: Buffer.from(whole.bytes).fill(0, 400, 401) });
    expect(await restored('srv_2')).toEqual(failure('backup_damaged'));
    world.objects.stored.set(key, { ...whole, bytes: whole.bytes.subarray(0, -20) });
    expect(await restored('srv_2')).toEqual(failure('backup_damaged'));
    world.objects.stored.set(key, { ...whole, metadata: {} });
    expect(await restored('srv_2')).toEqual(failure('backup_damaged'));

    world.objects.stored.set(key, whole);
    world.kms.refusal = 'key_unusable';
    expect(await world.fleet.restore([anOrder('srv_2')])).toEqual(failure('key_unusable'));
    world.kms.refusal = null;
    expect(await readdir(join(world.memoryDir, 'srv_2'))).not.toContain('dump.rdb');
    expect(await restored('srv_2')).toMatchObject([{ state: 'done' }]);
  });
});
