/** Which databases can be forked, and what the watch records about a follower. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { findLeader, forkOf } from '#lib/databases/fork.ts';
import { changeEntries } from '#lib/databases/fork-watch.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import { planNamed } from '#lib/model/plans.ts';
import { aDatabase, aKey, anApp, anUnusableKey, at, teamId } from '#test/support/build.ts';

const password = 'p%40ss%2Fword';
const passwordSha256 = createHash('sha256').update('p@ss/word').digest('hex');
const endpoint = { host: '127.0.0.1', port: 22_000, tlsPort: 22_001 };
const leader = aDatabase({ name: 'leader', keyId: null, keyArn: null, passwordSha256, endpoint });

const app = anApp({ attachments: [{ name: 'SESSIONS', databaseId: leader.id }] });

const find = (fork: string, { databases = [leader], key = aKey(), plan = 'private-7', withKey = false } = {}) => {
  const deps = {
    listDatabases: async () => ({ items: databases as Database[], cursor: null }),
    findDatabase: async (_: string, name: string) =>
      databases.find((each) => each.name === name || each.id === name) ?? null,
    keyById: async (): Promise<Key | null> => key,
  };
  const known = planNamed(plan);
  if (!known) throw new Error(plan);
  return findLeader(deps)({ teamId, app, fork, plan: known, withKey });
};
const refusal = (...words: Parameters<typeof find>) =>
  find(...words).then(
    () => null,
    (error: unknown) => error,
  );

describe('the leader of a fork', () => {
  it.each([
    ['its URL with the seed’s user', `redis://h:${password}@127.0.0.1:22000`],
    ['its URL without a user', `redis://:${password}@127.0.0.1:22000`],
    ['its TLS URL', `rediss://h:${password}@127.0.0.1:22001`],
    ['a URL in capitals with a path', `REDIS://h:${password}@127.0.0.1:22000/0`],
    ['its name', 'leader'],
    ['its id', leader.id],
    ['its attachment on the app', 'SESSIONS'],
    ['its config var on the app', 'SESSIONS_URL'],
    ['its name, pasted with a line break', ' leader\n'],
  ])('is found by %s', async (_, fork) => {
    expect(await find(fork)).toEqual(leader);
  });

  it.each([
    ['another host', `redis://h:${password}@127.0.0.2:22000`],
    ['the metadata address', `redis://h:${password}@169.254.169.254:22000`],
    ['another port', `redis://h:${password}@127.0.0.1:22002`],
    ['no port', `redis://h:${password}@127.0.0.1`],
    ['a wrong password', 'redis://h:wrong@127.0.0.1:22000'],
    ['no password', 'redis://h@127.0.0.1:22000'],
    ['the password’s hash', `redis://h:${passwordSha256}@127.0.0.1:22000`],
    ['a password that is not encoded well', 'redis://h:%zz@127.0.0.1:22000'],
    ['no URL at all', 'redis://'],
  ])('is not found by %s, and the response is the same and keeps the URL to itself', async (_, fork) => {
    const error = await refusal(fork);
    expect(error).toBeProblem('not_found');
    expect((error as Error).message).toBe(((await refusal('redis://nobody:x@nowhere:1')) as Error).message);
  });

  it('is refused by name where there is none', async () => {
    expect(await refusal('another')).toBeProblem('not_found');
  });

  it('is refused without a key when it has one, whatever else is wrong with it', async () => {
    const encrypted = aDatabase({ name: 'leader', status: 'stopped' });

    expect(await refusal('leader', { databases: [encrypted] })).toBeProblem('operator_required');
    expect(await find('leader', { databases: [aDatabase({ name: 'leader' })], withKey: true })).toMatchObject({
      name: 'leader',
    });
  });

  it('is refused to a plan with less memory', async () => {
    expect(await refusal('leader', { plan: 'premium-5' })).toBeProblem('plan_unsupported');
  });

  it.each(['creating', 'failed', 'destroying'] as const)('is refused while it is %s', async (status) => {
    expect(await refusal('leader', { databases: [{ ...leader, status }] })).toBeProblem('wrong_state');
  });

  it.each(['stopping', 'stopped', 'starting'] as const)('is refused while it is %s', async (status) => {
    expect(await refusal('leader', { databases: [aDatabase({ name: 'leader', status })], withKey: true })).toBeProblem(
      'key_unusable',
    );
  });

  it('is refused from the moment that its key’s lockout is open', async () => {
    const databases = [aDatabase({ name: 'leader' })];

    expect(await refusal('leader', { databases, withKey: true, key: aKey({ lockoutId: 'lk_1' }) })).toBeProblem(
      'key_unusable',
    );
    expect(await refusal('leader', { databases, withKey: true, key: anUnusableKey() })).toBeProblem('key_unusable');
  });

  it('is refused when it follows another one', async () => {
    const following: Database = { ...leader, status: 'following', fork: forkOf(aDatabase({ name: 'first' }), at) };
    const error = await refusal('leader', { databases: [following] });

    expect(error).toBeProblem('wrong_state');
    expect((error as Error).message).toContain('Fork its leader first');
  });
});

describe('what the watch records about a follower', () => {
  const before = forkOf(leader, at);
  const follower = aDatabase({ status: 'following', fork: before });
  const entryTypes = (changes: object, from = before) =>
    changeEntries(follower, {
      before: from,
      updated: { ...from, ...changes },
      progress: { detail: 'The leader is gone.' },
    }).map(({ type }) => type);

  it.each<[string, { known?: Partial<Fork>; changes?: Partial<Fork>; tells: string[] }]>([
    ['nothing while it connects', { tells: [] }],
    ['nothing while it copies', { changes: { link: 'up' }, tells: [] }],
    ['that it has caught up, once', { changes: { link: 'up', caughtUp: true, lagBytes: 3 }, tells: ['ForkCaughtUp'] }],
    ['nothing of a lag that changes', { known: { link: 'up', caughtUp: true }, changes: { lagBytes: 9 }, tells: [] }],
    [
      'that its leader is away, once',
      { known: { link: 'up', caughtUp: true }, changes: { link: 'down', caughtUp: false }, tells: ['ForkStalled'] },
    ],
    ['nothing while its leader stays away', { known: { link: 'down' }, tells: [] }],
    ['that its leader is back', { known: { link: 'down' }, changes: { link: 'up' }, tells: ['ForkResumed'] }],
    [
      'that it is level again',
      { known: { link: 'down' }, changes: { link: 'up', caughtUp: true }, tells: ['ForkResumed', 'ForkCaughtUp'] },
    ],
    ['that it never got a connection', { changes: { link: 'down' }, tells: ['ForkStalled'] }],
  ])('%s', (_, { known = {}, changes = {}, tells }) => {
    expect(entryTypes(changes, { ...before, ...known })).toEqual(tells);
  });
});
