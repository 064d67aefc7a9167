import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aFleet,
  aRunningDatabase,
  aServer,
  digestOf,
  sha256,
  type World,
  writeKeys,
} from '../../test-support/given.ts';

const pair = { serverId: 'srv_2', leaderServerId: 'srv_1' };
const done = [{ serverId: 'srv_2', state: 'done' }];
let world: World;

beforeEach(async () => {
  world = await aFleet();
});
afterEach(() => world.end());

async function progress(wanted: { lagBytes?: number; link?: string; detail?: string }): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const [seen] = await world.fleet.caughtUp(['srv_2']);
    if (seen && Object.entries(wanted).every(([name, value]) => Reflect.get(seen, name) === value)) return;
    await sleep(100);
  }
  throw new Error(`never ${JSON.stringify(wanted)}, but ${JSON.stringify(await world.fleet.caughtUp(['srv_2']))}`);
}

async function aFollowedLeader(): Promise<string> {
  await aRunningDatabase(world);
  const client = await world.client();
  await writeKeys(client, 500);
  await aRunningDatabase(world, aServer('srv_2'));
  expect(await world.fleet.follow([pair])).toEqual(done);
  await progress({ lagBytes: 0 });
  return digestOf(client);
}

type Verb = 'stopServices' | 'stopServers' | 'startServers' | 'startServices';

async function allDone(serverIds: readonly string[], verbs: readonly Verb[]): Promise<void> {
  for (const verb of verbs)
    expect(await world.fleet[verb](serverIds)).toMatchObject(
      serverIds.map((serverId) => ({ serverId, state: 'done' })),
    );
}

const same = async () => expect(await digestOf(await world.client('srv_2'))).toBe(await digestOf(await world.client()));

describe('a follower', () => {
  it('has what its leader has, takes no writes, and keeps no password on disk', async () => {
    const digest = await aFollowedLeader();
    const follower = await world.client('srv_2');
    expect(await digestOf(follower)).toBe(digest);
    await expect(follower.set('a', '1')).rejects.toThrow(/READONLY/);
    const [seen] = await world.fleet.caughtUp(['srv_2']);
    expect(seen).toEqual({
      serverId: 'srv_2',
      isPersisted: expect.any(Boolean),
      state: 'following',
      lagBytes: 0,
      caughtUp: true,
      link: 'up',
      detail: 'It has caught up.',
    });
    const password = await readFile(join(world.memoryDir, 'srv_1', 'replication-password'), 'utf8');
    expect(password).toMatch(/^[0-9a-f]{64}$/);
    for (const id of ['srv_1', 'srv_2']) {
      expect(await readFile(join(world.memoryDir, id, 'redis.conf'), 'utf8')).not.toContain(password);
      expect(await readFile(join(world.dir, id, 'server.json'), 'utf8')).not.toContain(password);
    }
  });

  it('cannot read or write on its leader as the replication user', async () => {
    await aFollowedLeader();
    const replicationPassword = await readFile(join(world.memoryDir, 'srv_1', 'replication-password'), 'utf8');
    const replica = await world.client();
    await replica.call('AUTH', 'latchkey-replica', replicationPassword);
    await expect(replica.get('key:1')).rejects.toThrow(/NOPERM/);
    await expect(replica.set('key:1', '')).rejects.toThrow(/NOPERM/);
  });

  it('follows again after each of the two, and both, were stopped and sealed', async () => {
    await aFollowedLeader();
    for (const stopped of [['srv_2'], ['srv_1'], ['srv_1', 'srv_2']]) {
      await allDone(stopped, ['stopServices', 'stopServers']);
      await progress({
        link: 'down',
        detail: `The ${stopped.includes('srv_1') ? 'leader' : 'follower'} is stopped, or does not answer.`,
      });
      await allDone(stopped, ['startServers', 'startServices']);
      await (await world.client()).set(`after:${stopped}`, 'written');
      await progress({ lagBytes: 0 });
      await same();
      await expect((await world.client('srv_2')).set('a', '1')).rejects.toThrow(/READONLY/);
    }
  }, 90_000);

  it('recovers from a leader that dies, and from one whose password changes', async () => {
    await aFollowedLeader();
    const note = JSON.parse(await readFile(join(world.memoryDir, 'srv_1', 'service.json'), 'utf8')) as { pid: number };
    process.kill(note.pid, 'SIGKILL');
    await progress({ link: 'down' });
    await progress({ lagBytes: 0 });
    expect(await world.fleet.setPassword('srv_1', sha256('another'))).toMatchObject({ state: 'done' });
    const leader = await world.client('srv_1', { password: 'another' });
    await leader.set('after the change', 'of the password');
    await progress({ lagBytes: 0 });
    expect(await digestOf(await world.client('srv_2'))).toBe(await digestOf(leader));
  }, 60_000);

  it('says that its leader is gone, and stays a follower without one', async () => {
    const digest = await aFollowedLeader();
    await world.fleet.terminate(['srv_1']);
    await progress({ link: 'down', detail: 'The leader is gone.' });
    await allDone(['srv_2'], ['stopServices', 'stopServers', 'startServers', 'startServices']);
    const follower = await world.client('srv_2');
    await expect(follower.set('a', '1')).rejects.toThrow(/READONLY/);
    expect(await digestOf(follower)).toBe(digest);
  }, 30_000);

  it('cannot follow what does not exist', async () => {
    await world.fleet.launch([aServer('srv_2')]);
    expect(await world.fleet.follow([pair])).toMatchObject([{ state: 'failed', reason: 'not_found' }]);
    expect(await world.fleet.caughtUp(['srv_2', 'srv_3'])).toMatchObject([
      { state: 'leading' },
      { state: 'unknown', link: 'down' },
    ]);
  });
});
