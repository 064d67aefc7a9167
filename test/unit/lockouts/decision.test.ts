/** What an observation of a key changes: lockouts that open, are cancelled or turn. */
import { describe, expect, it } from '@jest/globals';
import { asFact } from '#lib/model/key-check.ts';
import { keyDecision } from '#lib/model/key-decision.ts';
import { lockoutDecision, moved } from '#lib/model/lockout-decision.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import '#test/support/matchers.ts';
import { aKey, aLockout, anUnusableKey, at, countingIds, keyArn, sweepActor, teamId } from '#test/support/build.ts';

const aFact = asFact(anUnusableKey().check);
const facts = {
  actor: sweepActor,
  point: 'observed' as const,
  unsettled: [],
  hasEnded: false,
  checks: [aFact],
  at,
  newId: countingIds(),
  waitingPeriodSeconds: 600,
};
const later = new Date('2026-11-24T11:05:00.000Z');

describe('an unusable key without a lockout', () => {
  const decided = lockoutDecision({
    ...facts,
    newId: countingIds(),
    key: anUnusableKey({ databases: 3 }),
    lockout: null,
  });
  const lockoutId = 'lk_00000000000000000000000001';

  it('opens one with its deadline', () => {
    expect(decided.lockout?.id).toBe(lockoutId);
    expect(decided.changes).toEqual([
      {
        kind: 'create',
        row: expect.objectContaining({
          id: lockoutId,
          state: 'waiting',
          cause: 'key_disabled',
          openedAt: '2026-11-24T11:00:00.000Z',
          deadline: '2026-11-24T11:10:00.000Z',
          noticedBy: 'sweep',
          machine: 'key-shutdown',
          run: 1,
          round: 0,
          steps: [{ state: 'waiting', at: '2026-11-24T11:00:00.000Z' }],
        }),
      },
    ]);
  });

  it('says so in the timeline', () => {
    expect(decided.entries).toEqual([
      {
        type: 'LockoutOpened',
        actor: sweepActor,
        subject: { lockoutId, keyId: aKey().id },
        data: {
          arn: keyArn,
          cause: 'key_disabled',
          deadline: '2026-11-24T11:10:00.000Z',
          databases: 3,
          checks: [aFact],
        },
      },
    ]);
  });

  it('starts the shutdown under a name of its own and warns the admins', () => {
    expect(decided.effects).toEqual([
      {
        kind: 'workflow',
        machine: 'key-shutdown',
        name: `${lockoutId}-1`,
        input: { teamId, keyId: aKey().id, lockoutId, run: 1, deadline: '2026-11-24T11:10:00.000Z' },
      },
      { kind: 'notice', notice: { teamId, lockoutId, fact: 'lockout_opened', round: 0 } },
    ]);
  });
});

describe('a key with an open lockout', () => {
  it('cancels it in the waiting period once the key is usable', () => {
    const lockout = aLockout({ state: 'waiting' });
    const decided = lockoutDecision({ ...facts, at: later, key: aKey({ lockoutId: lockout.id }), lockout });

    expect(decided.lockout?.state).toBe('cancelled');
    expect(decided.changes).toMatchObject([{ kind: 'save', row: { state: 'cancelled', machine: null, version: 1 } }]);
    expect(decided.entries).toHaveRecorded('LockoutCancelled');
    expect(decided.effects).toEqual([
      { kind: 'notice', notice: { teamId, lockoutId: lockout.id, fact: 'lockout_cancelled', round: 0 } },
    ]);
  });

  it('turns it to restoring once everything is stopped, and mails nothing yet', () => {
    const lockout = aLockout({ state: 'stopped' });
    const decided = lockoutDecision({ ...facts, at: later, key: aKey({ lockoutId: lockout.id }), lockout });

    expect(decided.lockout?.id).toBe(lockout.id);
    expect(decided.changes).toMatchObject([{ row: { state: 'starting_servers', machine: 'key-restart', run: 2 } }]);
    expect(decided.entries).toMatchObject([
      { type: 'LockoutAdvanced', data: { from: 'stopped', to: 'starting_servers' } },
    ]);
    expect(decided.effects).toMatchObject([{ kind: 'workflow', machine: 'key-restart', name: `${lockout.id}-2` }]);
  });

  it.each(['stopping_services', 'stopping_servers', 'starting_servers', 'starting_services'] as LockoutState[])(
    'leaves it there while it is %s',
    (state) => {
      const lockout = aLockout({ state, usableSince: null });
      for (const key of [aKey({ lockoutId: lockout.id }), anUnusableKey({ lockoutId: lockout.id })])
        expect(lockoutDecision({ ...facts, key, lockout })).toMatchObject({
          lockout: { state },
          entries: [],
          effects: [],
        });

      const unusable = { ...facts, key: anUnusableKey({ lockoutId: lockout.id }), lockout };
      expect(lockoutDecision(unusable).changes).toEqual([]);
    },
  );

  it('opens no second one', () => {
    const lockout = aLockout({ state: 'waiting' });
    const decided = lockoutDecision({ ...facts, key: anUnusableKey({ lockoutId: lockout.id }), lockout });
    expect(decided).toEqual({ lockout, isHeld: false, changes: [], entries: [], effects: [] });
  });

  it('decides nothing while KMS is silent', () => {
    for (const lockout of [null, aLockout({ state: 'waiting' }), aLockout({ state: 'stopped' })]) {
      const key = aKey({ status: 'unknown', lockoutId: lockout?.id ?? null });
      expect(lockoutDecision({ ...facts, key, lockout })).toMatchObject({ changes: [], entries: [], effects: [] });
    }
  });
});

describe('a lockout that moves on', () => {
  const effectsOf = (from: LockoutState, to: LockoutState) =>
    moved(aLockout({ state: from }), to, { actor: sweepActor, checks: [], at: later }).effects;

  it('notifies the admins that everything is stopped, and that everything is restored', () => {
    expect(effectsOf('stopping_servers', 'stopped')).toMatchObject([{ notice: { fact: 'databases_stopped' } }]);
    expect(effectsOf('starting_services', 'restored')).toMatchObject([{ notice: { fact: 'databases_restored' } }]);
  });

  it.each([
    ['waiting', 'cancelled', 'LockoutCancelled', {}],
    ['stopping_servers', 'stopped', 'DatabasesStopped', {}],
    ['starting_services', 'restored', 'DatabasesRestored', {}],
    ['stopping_services', 'stopping_servers', 'LockoutAdvanced', { from: 'stopping_services', to: 'stopping_servers' }],
  ] as const)('says in the timeline that it went from %s to %s, and what was seen', (...[from, to, type, more]) => {
    const lockout = aLockout({ state: from });
    expect(moved(lockout, to, { actor: sweepActor, checks: [aFact], at: later }).entries).toEqual([
      {
        type,
        actor: sweepActor,
        subject: { lockoutId: lockout.id, keyId: lockout.keyId },
        data: { arn: keyArn, checks: [aFact], ...more },
      },
    ]);
  });

  it('neither mails nor starts anything between the steps of one machine', () => {
    expect(effectsOf('waiting', 'stopping_services')).toEqual([]);
    expect(effectsOf('stopping_services', 'stopping_servers')).toEqual([]);
    expect(effectsOf('starting_servers', 'starting_services')).toEqual([]);
  });

  it('starts the other machine when it turns, and announces the next stop again', () => {
    const turned = moved(aLockout({ state: 'starting_services', run: 2 }), 'stopping_services', {
      actor: sweepActor,
      checks: [],
      at: later,
    });

    expect(turned.effects).toMatchObject([{ kind: 'workflow', machine: 'key-shutdown', name: `${aLockout().id}-3` }]);
    expect(turned.lockout.round).toBe(1);
  });
});

describe('the end of an execution', () => {
  const ended = { ...facts, hasEnded: true, at: later };
  const lockout = aLockout({ state: 'stopping_servers', run: 3 });
  const key = anUnusableKey({ lockoutId: lockout.id });

  it('starts the next execution, and records nothing', () => {
    const decided = lockoutDecision({ ...ended, key, lockout });

    expect(decided.changes).toMatchObject([{ row: { run: 4, runAt: later.toISOString(), state: 'stopping_servers' } }]);
    expect(decided.effects).toMatchObject([{ kind: 'workflow', machine: 'key-shutdown', name: `${lockout.id}-4` }]);
    expect(decided.entries).toEqual([]);
  });

  it('starts none for a lockout that the same check cancels', () => {
    const decided = lockoutDecision({ ...ended, key: aKey(), lockout: aLockout({ state: 'waiting' }) });

    expect(decided.lockout).toMatchObject({ state: 'cancelled', run: 1 });
    expect(decided.effects.map(({ kind }) => kind)).toEqual(['notice']);
  });
});

describe('the key', () => {
  const decidedIn = (state: LockoutState, key = aKey({ lockoutId: aLockout().id })) =>
    keyDecision({ ...facts, before: key, key, lockout: aLockout({ state }), point: 'completed' });

  it('leaves the lockout only when it is over', () => {
    expect(decidedIn('starting_services')).toMatchObject({ lockout: { state: 'restored' }, key: { lockoutId: null } });
    expect(decidedIn('starting_servers')).toMatchObject({
      lockout: { state: 'starting_services' },
      key: { lockoutId: aLockout().id },
    });
  });
});
