import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aFleet, aRunningDatabase, aServer, type World, writeKeys } from '../../test-support/given.ts';

const pair = { serverId: 'srv_2', leaderServerId: 'srv_1' };
const done = [{ serverId: 'srv_2', state: 'done' }];
const leaderDone = [{ serverId: 'srv_1', state: 'done' }];
let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

async function lag(wanted: (lagBytes: number | null) => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const [seen] = await world.fleet.caughtUp(['srv_2']);
    if (seen?.link === 'up' && wanted(seen.lagBytes)) return;
    await sleep(50);
  }
  throw new Error('the follower did not get there in 15 seconds');
}

async function aFollowedLeader(): Promise<void> {
  await aRunningDatabase(world);
  await writeKeys(await world.client(), 200);
  await aRunningDatabase(world, aServer('srv_2'));
  await world.fleet.follow([pair]);
  await lag((bytes) => bytes === 0);
}

/** Every way to write that a client has; each must be refused. */
const writes: readonly (readonly [string, ...string[]])[] = [
  ['SET', 'a', '1'],
  ['DEL', 'key:1'],
  ['EVAL', "return redis.call('SET', 'a', '1')", '0'],
  ['FLUSHALL'],
  ['FUNCTION', 'FLUSH'],
  ['SORT', 'key:1', 'STORE', 'b'],
  ['GETDEL', 'key:1'],
  ['XADD', 's', '*', 'a', 'b'],
  ['PFADD', 'h', 'a'],
  ['EXPIRE', 'key:1', '1'],
  ['SWAPDB', '0', '1'],
];

/** Redis before 8, and of 8: a script is refused in words of its own. */
const refusal = /NOPERM|can't run this command|ACL failure in script/;

describe('a leader whose writers are refused', () => {
  it('acknowledges no write of any client, and serves reads', async () => {
    await aFollowedLeader();
    const before = await world.client();
    await before.multi().set('queued', '1').exec();
    const queued = await world.client();
    await queued.call('MULTI');
    await queued.call('SET', 'in a transaction', '1');
    expect(await world.fleet.pauseWrites(['srv_1'])).toEqual(leaderDone);
    await expect(queued.call('EXEC')).resolves.toEqual([
      expect.objectContaining({ message: expect.stringMatching(/NOPERM/) }),
    ]);
    for (const client of [before, await world.client()]) {
      for (const [command, ...words] of writes) await expect(client.call(command, ...words)).rejects.toThrow(refusal);
      expect(await client.get('key:1')).toBe('the plaintext of value 1');
    }
    expect(await before.get('in a transaction')).toBeNull();
  });

  it('still refuses them after it was stopped and sealed, and takes them again when they are let in', async () => {
    await aFollowedLeader();
    await world.fleet.pauseWrites(['srv_1']);
    for (const verb of ['stopServices', 'stopServers', 'startServers', 'startServices'] as const)
      expect(await world.fleet[verb](['srv_1'])).toMatchObject(leaderDone);
    const client = await world.client();
    await expect(client.set('a', '1')).rejects.toThrow(/NOPERM/);
    expect(await world.fleet.resumeWrites(['srv_1'])).toEqual(leaderDone);
    expect(await client.set('a', '1')).toBe('OK');
    await expect(client.call('MIGRATE', '127.0.0.1', '1', 'a', '0', '10')).rejects.toThrow(/NOPERM/);
    await expect(client.config('GET', '*')).rejects.toThrow(/NOPERM/);
  });
});

describe('a follower that is promoted', () => {
  it('is a server of its own, and stays one', async () => {
    await aFollowedLeader();
    await world.fleet.pauseWrites(['srv_1']);
    expect(await world.fleet.promote([pair])).toEqual(done);
    expect(await world.fleet.promote([pair])).toEqual(done);
    const promoted = await world.client('srv_2');
    expect(await promoted.set('own', 'write')).toBe('OK');
    await world.fleet.resumeWrites(['srv_1']);
    await (await world.client()).set('late', 'write');
    for (const verb of ['stopServices', 'stopServers', 'startServers', 'startServices'] as const)
      expect(await world.fleet[verb](['srv_2'])).toMatchObject(done);
    const again = await world.client('srv_2');
    expect(await again.mget('own', 'late', 'key:1')).toEqual(['write', null, 'the plaintext of value 1']);
    expect(await world.fleet.caughtUp(['srv_2'])).toMatchObject([{ state: 'leading' }]);
  }, 30_000);

  it('waits while its leader has more', async () => {
    await aFollowedLeader();
    const { pid } = JSON.parse(await readFile(join(world.memoryDir, 'srv_2', 'service.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGSTOP');
    await (await world.client()).set('more', 'than the follower has');
    expect(await world.fleet.promote([pair])).toMatchObject([{ state: 'pending' }]);
    process.kill(pid, 'SIGCONT');
    await lag((bytes) => bytes === 0);
    expect(await world.fleet.promote([pair])).toEqual(done);
    expect(await (await world.client('srv_2')).get('more')).toBe('than the follower has');
  }, 30_000);

  it('loses nothing of its leader that stopped', async () => {
    await aFollowedLeader();
    await world.fleet.stopServices(['srv_1']);
    expect(await world.fleet.promote([pair])).toEqual(done);
    expect(await (await world.client('srv_2')).dbsize()).toBe(200);
  });
});
