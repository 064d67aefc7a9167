/** Forks, and forks that are refused. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { newId } from '#lib/model/ids.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';
import { liveTraffic } from '#local/demo/traffic.ts';
import { aPlatform, manyPorts, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aFollowedLeader, aFork, appName, caughtUp, lostIn, promote } from './fork-world.ts';
import {
  aServingDatabase,
  type DatabaseResponse,
  inStatus,
  lockoutIn,
  rowOf,
  urlsOf,
  withRedis,
} from './preconditions.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({ databases: manyPorts });
});
afterAll(() => platform.close());

const create = (body: object) =>
  platform.ask<DatabaseResponse>('POST /v1/databases', { body: { plan: 'private-7', app: appName, ...body } });
const get = async (id: string) => (await platform.ask<DatabaseResponse>(`GET /v1/databases/${id}`)).body;
const entriesOf = async (id: string) =>
  (await platform.entries()).filter(({ subject }) => subject.databaseId === id).map(({ type }) => type);
const recorded = (id: string, type: string) =>
  until(`${type} of ${id}`, async () => (await entriesOf(id)).includes(type as never));

async function anotherTeam(): Promise<string> {
  const team = { id: newId('team'), name: `rivals-${Date.now()}` };
  const actor = { kind: 'operator' as const, id: 'test' };
  const deps = { ...committer(), newId, now: () => new Date() };
  const issued = await issueToken(deps, {
    team,
    operator: false,
    actor,
    isNew: true,
    name: 'team',
    scopes: ['read', 'write'],
  });
  return issued.secret;
}

describe('a fork', () => {
  it('migrates an unencrypted database on a common plan to a customer key, by its URL, under load', async () => {
    const older = (await create({ plan: 'premium-7', name: 'older' })).body;
    await inStatus(platform, older.id, 'available');
    const { url } = await urlsOf(platform, older.id);
    await withRedis(url, (redis) =>
      redis.mset(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`old:${n}`, 'x'.repeat(100)]))),
    );
    const writer = liveTraffic(() => url);
    const key = await platform.keyOfCustomer();

    const fork = await aFork(platform, {
      fork: url.replace('redis://', 'redis://h'),
      encryptionKey: key,
      name: 'encrypted',
    });

    expect(fork).toMatchObject({ key: { arn: key }, fork: { leader: 'older', leaderId: older.id } });

    const near = await caughtUp(platform, fork.id);
    expect(near.fork?.lagBytes).toBeLessThan(65_536);

    await writer.stop();
    await until('no lag', async () => (await get(fork.id)).fork?.lagBytes === 0);

    expect(await lostIn(platform, fork.id, writer.acknowledged)).toEqual([]);

    const follower = (await urlsOf(platform, fork.id)).url;
    expect(await withRedis(follower, (redis) => redis.exists('old:4999'))).toBe(1);
    await expect(withRedis(follower, (redis) => redis.set('a', '1'))).rejects.toThrow(/READONLY/);

    await recorded(fork.id, 'ForkCaughtUp');
  });

  it('takes the TLS URL, the name and the id of its leader', async () => {
    const leader = await aServingDatabase(platform, { name: 'thrice' });
    const { tlsUrl } = await urlsOf(platform, leader.id);
    for (const fork of [tlsUrl, leader.name, leader.id]) expect((await create({ fork })).status).toBe(202);
  });

  it('keeps the URL to itself', async () => {
    const leader = await aServingDatabase(platform, { name: 'discreet' });
    const { url } = await urlsOf(platform, leader.id);
    const { password } = new URL(url);
    const fork = await aFork(platform, { fork: url, name: 'discreet-fork' });
    await create({ fork: url.replace(password, 'wrong-guess') });
    const said = [
      ...platform.published,
      ...platform.logged,
      JSON.stringify(await platform.entries()),
      JSON.stringify(await rowOf(platform, fork.id)),
    ];
    const executions = await platform.aws(platform.cloud.states, 'ListExecutions', {
      stateMachineArn: platform.cloud.environment.PROVISION_DATABASE_MACHINE_ARN ?? '',
    });

    for (const { executionArn } of executions.executions as { executionArn: string }[])
      said.push(JSON.stringify(await platform.aws(platform.cloud.states, 'DescribeExecution', { executionArn })));

    expect(said.length).toBeGreaterThan(10);
    for (const text of said) {
      expect(text).not.toContain(password);
      expect(text).not.toContain('wrong-guess');
    }
  });
});

describe('a fork of what must not be forked', () => {
  let leader: DatabaseResponse;
  let url: string;
  let trap: Server;
  let visits = 0;
  let trapPort = 0;
  beforeAll(async () => {
    leader = await aServingDatabase(platform, { name: 'guarded' });
    url = (await urlsOf(platform, leader.id)).url;
    trap = createServer(() => {
      visits += 1;
    });
    await new Promise<void>((resolve) => void trap.listen(0, '127.0.0.1', resolve));
    trapPort = (trap.address() as { port: number }).port;
  });
  afterAll(() => void trap.close());

  it('is refused with one response, without any connection', async () => {
    const { password, port } = new URL(url);
    const wrong = [
      `redis://h:${password}@no-such-host.example:6379`,
      `redis://h:${password}@169.254.169.254:80`,
      `redis://h:${password}@169.254.169.254:${port}`,
      `redis://h:${password}@[fd00:ec2::254]:${port}`,
      `redis://h:${password}@127.0.0.1:${trapPort}`,
      `redis://h:${password}@localhost:${port}`,
      `redis://h:${password}x@127.0.0.1:${port}`,
      `redis://h:@127.0.0.1:${port}`,
      `redis://127.0.0.1:${port}`,
      `redis://h:%zz@127.0.0.1:${port}`,
      'redis://',
      'rediss://:::::',
    ];
    const details = new Set<unknown>();

    for (const fork of wrong) {
      const response = await create({ fork });
      expect(response).toBeProblem('not_found');
      details.add((response.body as { detail?: string }).detail);
    }
    expect(details.size).toBe(1);
    expect([...details].join()).not.toMatch(/127\.0|169\.254|redis:\/\//);
    expect(visits).toBe(0);
  });

  it("is refused for another team's database, by URL, name and id, as if there were none", async () => {
    const token = await anotherTeam();
    await platform.ask('POST /v1/spaces', { token, body: { name: 'rival-space' } });

    await platform.ask('POST /v1/apps', {
      token,
      body: { name: 'rival-app', space: 'rival-space', admins: ['r@example.com'] },
    });

    for (const fork of [url, leader.name, leader.id]) {
      const body = { plan: 'private-7', app: 'rival-app', fork };
      expect(await platform.ask('POST /v1/databases', { token, body })).toBeProblem('not_found');
    }
  });

  it('is refused from a customer key to none, with the contact, before anything is created', async () => {
    const encrypted = await aServingDatabase(platform, {
      key: await platform.keyOfCustomer(),
      name: 'encrypted-leader',
    });
    const response = await create({ fork: encrypted.name, name: 'never' });

    expect(response).toBeProblem('operator_required');
    expect((response.body as { detail?: string }).detail).toMatch(/contact the operator/);
    expect(await platform.ask('GET /v1/databases/never')).toBeProblem('not_found');
    expect((await create({ fork: encrypted.name, encryptionKey: await platform.keyOfCustomer() })).status).toBe(202);
  });

  it('is refused to a plan that is too small, of a follower, and together with a backup', async () => {
    expect(await create({ fork: leader.name, plan: 'mini' })).toBeProblem('plan_unsupported');

    const { fork } = await aFollowedLeader(platform);
    expect(await create({ fork: fork.name, encryptionKey: await platform.keyOfCustomer() })).toBeProblem('wrong_state');
    expect(await create({ fork: leader.name, backup: 'bak_00000000000000000000000000' })).toBeProblem(
      'invalid_request',
    );
  });

  it('is refused of one that is being created, of one that failed, and of one that is locked out', async () => {
    const creating = (await create({ name: 'not-yet' })).body;
    expect(await create({ fork: creating.id })).toBeProblem('wrong_state');

    const key = await platform.keyOfCustomer();
    const locked = await aServingDatabase(platform, { key, name: 'locked-leader' });
    await platform.kms('DisableKey', { KeyId: key });

    await lockoutIn(platform, key, 'stopped');

    expect(await create({ fork: locked.id, encryptionKey: await platform.keyOfCustomer() })).toBeProblem(
      'key_unusable',
    );
    expect(await promote(platform, locked.id)).toBeProblem('key_unusable');
    expect(await platform.ask(`POST /v1/databases/${locked.id}/credentials/rotation`)).toBeProblem('key_unusable');

    const renamed = await platform.ask<DatabaseResponse>(`PATCH /v1/databases/${locked.id}`, {
      body: { name: 'still-locked' },
    });
    expect(renamed.body).toMatchObject({ name: 'still-locked', status: 'stopped' });

    await platform.kms('EnableKey', { KeyId: key });
    await inStatus(platform, locked.id, 'available');
  });
});

describe('a follower', () => {
  it('follows again after a lockout of its key, of its leader’s, and of both', async () => {
    const leaderKey = await platform.keyOfCustomer();
    const { leader, fork, key } = await aFollowedLeader(platform, leaderKey);
    const reported = async () => {
      await recorded(fork.id, 'ForkStalled');
      expect((await get(fork.id)).fork).toMatchObject({ link: 'down', caughtUp: false, lagBytes: null });
      expect(await promote(platform, fork.id)).toBeProblem('key_unusable');
    };
    const turn = async (keys: readonly string[], operation: 'DisableKey' | 'EnableKey') => {
      await Promise.all(keys.map((KeyId) => platform.kms(operation, { KeyId })));
    };

    for (const keys of [[key], [leaderKey], [key, leaderKey]]) {
      await turn(keys, 'DisableKey');
      await Promise.all(keys.map((each) => lockoutIn(platform, each, 'stopped')));
      if (!keys.includes(key)) await reported();
      await turn(keys, 'EnableKey');
      await inStatus(platform, leader.id, 'available');
      await inStatus(platform, fork.id, 'following');
      await withRedis((await urlsOf(platform, leader.id)).url, (redis) =>
        redis.set(`after ${keys.length}`, keys.join()),
      );
      await until('no lag', async () => (await get(fork.id)).fork?.lagBytes === 0);
      expect(await withRedis((await urlsOf(platform, fork.id)).url, (redis) => redis.get(`after ${keys.length}`))).toBe(
        keys.join(),
      );
    }

    await recorded(fork.id, 'ForkResumed');
  });

  it('is reported when its leader is destroyed, and cannot be promoted', async () => {
    const { leader, fork } = await aFollowedLeader(platform);
    await recorded(fork.id, 'ForkCaughtUp');
    await platform.ask(`DELETE /v1/databases/${leader.id}?confirm=${leader.name}`);

    await recorded(fork.id, 'ForkStalled');

    expect((await get(fork.id)).fork).toMatchObject({ leader: leader.name, link: 'down', caughtUp: false });

    const response = await promote(platform, fork.id);
    expect(response).toBeProblem('wrong_state');
    expect(response.body).toMatchObject({ lagBytes: null });

    const destroyed = await platform.ask(`DELETE /v1/databases/${fork.id}?confirm=${fork.name}`);
    expect(destroyed.status).toBe(202);
  });
});
