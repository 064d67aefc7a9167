/**
 * What a lockout says of itself while it is open: how far it is, when it is expected to be through, and what undoes it.
 */
import { describe, expect, it } from '@jest/globals';
import { expectedOf, lockoutDetail, progressOf } from '#lib/lockouts/detail.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { aDatabase, aKey, aLockout, teamId } from '#test/support/build.ts';
import '#test/support/matchers.ts';

const second = (count: number) => new Date(Date.UTC(2026, 10, 29, 12, 0, count)).toISOString();
const withSteps = (id: string, ...steps: [LockoutState, number][]): Lockout =>
  aLockout({
    ...{ id, state: steps.at(-1)?.[0] ?? 'waiting', openedAt: second(0), deadline: second(600) },
    steps: steps.map(([state, at]) => ({ state, at: second(at) })),
  });
const past = withSteps(
  'lk_past',
  ['waiting', 0],
  ['stopping_services', 600],
  ['stopped', 620],
  ['starting_servers', 700],
  ['restored', 745],
);

describe('the progress', () => {
  it('counts services and servers by what the fleet did', () => {
    const progress = progressOf([
      aDatabase({ id: 'db_1', status: 'stopped', service: 'stopped', server: 'stopped' }),
      aDatabase({ id: 'db_2', status: 'stopping', service: 'stopped', server: 'running' }),
      aDatabase({ id: 'db_3', status: 'stopping', service: 'running', server: 'running' }),
      aDatabase({ id: 'db_4', status: 'creating', service: 'stopped', server: 'stopped' }),
    ]);

    expect(progress).toEqual({
      ...{ databases: 3, servicesStopped: 2, serversStopped: 1 },
      ...{ serversStarted: 2, servicesStarted: 1, held: 0 },
    });
  });

  it('counts what could not be stopped', () => {
    const failure = { reason: 'no_answer', detail: 'It did not answer.', at: second(0) };

    expect(progressOf([aDatabase({ status: 'stopping', failure })])).toMatchObject({ held: 1 });
  });
});

describe('what is expected', () => {
  it.each([
    [withSteps('lk_1', ['waiting', 0]), { stoppedBy: second(620), restoredBy: null }],
    [withSteps('lk_1', ['waiting', 0], ['stopping_services', 630]), { stoppedBy: second(650), restoredBy: null }],
    [withSteps('lk_1', ['waiting', 0], ['stopped', 640]), { stoppedBy: null, restoredBy: null }],
    [withSteps('lk_1', ['stopped', 640], ['starting_servers', 900]), { stoppedBy: null, restoredBy: second(945) }],
  ])('is by past lockouts, from the deadline or from when the phase began', (lockout, expected) => {
    expect(expectedOf(lockout, [lockout, past])).toEqual(expected);
  });

  it('is nothing where nothing was measured', () => {
    const lockout = withSteps('lk_1', ['waiting', 0]);

    expect(expectedOf(lockout, [lockout])).toEqual({ stoppedBy: null, restoredBy: null });
  });
});

describe('the detail', () => {
  const key = aKey();
  const detailOf = (lockout: Lockout) =>
    lockoutDetail({
      lockoutById: async (_, id) => (id === lockout.id ? lockout : null),
      keyById: async () => key,
      databasesOnKey: async () => ({ items: [aDatabase()], cursor: null }),
      databaseById: async () => null,
      listLockouts: async () => ({ items: [past], cursor: null }),
    });

  it('has the commands that undo the present cause', async () => {
    const lockout = aLockout({ present: { cause: 'key_disabled', deletionDate: null, isGone: false } });
    const { remedy, progress } = await detailOf(lockout)(teamId, lockout.id);

    expect(remedy).toMatchObject([{ commands: [expect.stringContaining('aws kms enable-key --key-id')] }]);
    expect(progress).toMatchObject({ databases: 1 });
  });

  it('has nothing to undo once the key is usable again, and no progress once it is over', async () => {
    const back = withSteps('lk_1', ['stopped', 640], ['starting_servers', 900]);
    expect(await detailOf(back)(teamId, 'lk_1')).toMatchObject({ remedy: [], progress: { databases: 1 } });
    expect(await detailOf(past)(teamId, 'lk_past')).toMatchObject({ remedy: [], progress: null });
  });

  it('of an unknown lockout is not found', async () => {
    await expect(detailOf(past)(teamId, 'lk_none')).rejects.toBeProblem('not_found');
  });
});
