/** Shows which database a drill chooses, and that a drill that could harm a database is refused and changes nothing. */
import { describe, expect, it } from '@jest/globals';
import { drillView } from '#lib/contracts/drills.ts';
import type { Database } from '#lib/model/database.ts';
import '#test/support/matchers.ts';
import { aDatabase, aKey, anApp, anId, anUnusableKey } from '#test/support/build.ts';
import { aScene, leader } from './drilling.ts';

const other = (n: number, changes: Partial<Database> = {}) =>
  aDatabase({ id: anId('db', n), name: `db-${n}`, status: 'available', plan: 'private-7', ...changes });

const drillKey = aKey({
  id: anId('key', 2),
  arn: 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002',
  databases: 0,
});

describe('starting a drill', () => {
  it('forks the smallest database that serves', async () => {
    const scene = aScene({
      databases: [other(11, { plan: 'private-9' }), other(12), other(13, { plan: 'private-10' })],
    });

    const drill = await scene.start();

    expect(drillView(drill)).toMatchObject({ database: { name: 'db-12' }, stage: 'forking', outcome: null });
    expect(scene.fork()).toMatchObject({ fork: { leaderId: anId('db', 12) }, attachments: [], drillId: drill.id });
    expect(scene.ledger).toHaveRecorded('DrillStarted');
  });

  it('hides the fork from requests and lists', async () => {
    const scene = aScene();
    await scene.start();
    const fork = scene.fork();

    expect(await scene.ledger.findDatabase(fork?.teamId ?? '', fork?.name ?? '')).toBeNull();
    expect((await scene.ledger.listDatabases(fork?.teamId ?? '', { limit: 10 })).items).toHaveLength(1);
  });

  it.each<[why: string, database: Partial<Database>]>([
    ['a follower', { fork: { leaderId: 'db_x', leaderName: 'x', since: '', link: 'up', lagBytes: 0, caughtUp: true } }],
    [
      'being promoted',
      { promotion: { appId: '', leaderId: null, stage: 'preparing', shutOutAt: null, run: 1, runAt: '' } },
    ],
    ['being replaced', { handoverTo: 'db_x' }],
    ['being maintained', { maintenance: { startedAt: '2026-11-29T00:00:00.000Z' } }],
    ['creating', { status: 'creating' }],
    ['stopped', { status: 'stopped' }],
  ])('refuses a database that is %s, named or not', async (_, changes) => {
    const scene = aScene({ databases: [other(1, changes)] });

    await expect(scene.start({ database: 'db-1' })).rejects.toBeProblem('wrong_state');
    await expect(scene.start()).rejects.toBeProblem('wrong_state');
    expect(scene.ledger.commits).toEqual([]);
  });

  it('refuses a database whose memory is nearly full, and one that does not respond', async () => {
    const scene = aScene();
    scene.responses.measurement = { usedBytes: 0.9 * 7168 * 1024 ** 2 };
    await expect(scene.start()).rejects.toBeProblem('wrong_state');

    scene.responses.measurement = { usedBytes: null };
    await expect(scene.start()).rejects.toBeProblem('unavailable');
    expect(scene.ledger.commits).toEqual([]);
  });

  it('refuses a database of another key, and a key without databases', async () => {
    const scene = aScene({ databases: [other(1, { keyId: anId('key', 7) })] });
    await expect(scene.start({ database: 'db-1' })).rejects.toBeProblem('invalid_request');
    await expect(aScene({ databases: [] }).start()).rejects.toBeProblem('wrong_state');
  });

  it('refuses a key that is unusable or locked out', async () => {
    await expect(aScene({ keys: [anUnusableKey()] }).start()).rejects.toBeProblem('key_unusable');
    await expect(aScene({ keys: [aKey({ lockoutId: anId('lk', 1) })] }).start()).rejects.toBeProblem('key_unusable');
  });

  it('refuses a second drill of the key', async () => {
    const scene = aScene();
    await scene.start();

    await expect(scene.start()).rejects.toBeProblem('wrong_state');
    expect(scene.ledger.all('DRILL#')).toHaveLength(1);
  });
});

describe('starting a real drill', () => {
  it('forks under the drill key, and marks that key', async () => {
    const scene = aScene({ keys: [aKey(), drillKey] });

    await scene.start({ mode: 'real', drillKey: drillKey.arn, waitingPeriodMinutes: 5 });

    expect(scene.fork()).toMatchObject({ keyArn: drillKey.arn });
    expect(scene.ledger.all<typeof drillKey>('KEY#').find(({ id }) => id === drillKey.id)).toMatchObject({
      drill: { drillId: scene.drill().id, waitingPeriodMinutes: 5 },
    });
  });

  it.each<[why: string, request: Parameters<ReturnType<typeof aScene>['start']>[0]]>([
    ['has no drill key', { mode: 'real' }],
    ['names the live key as the drill key', { mode: 'real', drillKey: aKey().arn }],
    ['names the live key with white space around it', { mode: 'real', drillKey: ` ${aKey().arn}\n` }],
    ['names an alias as the drill key', { mode: 'real', drillKey: 'alias/drill' }],
    ['is simulated and names a drill key', { mode: 'simulated', drillKey: drillKey.arn }],
  ])('refuses a request that %s', async (_, request) => {
    const scene = aScene({ keys: [aKey(), drillKey] });

    await expect(scene.start(request)).rejects.toBeProblem('invalid_request');
    expect(scene.ledger.commits).toEqual([]);
  });

  it('refuses a drill key that encrypts databases', async () => {
    const scene = aScene({ keys: [aKey(), { ...drillKey, databases: 1 }], databases: [leader], apps: [anApp()] });

    await expect(scene.start({ mode: 'real', drillKey: drillKey.arn })).rejects.toBeProblem('wrong_state');
  });
});
