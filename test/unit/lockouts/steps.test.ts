/** The steps of the lockout's state machines. */
import { describe, expect, it } from '@jest/globals';
import { advanceLockout, confirmLockout } from '#lib/lockouts/steps.ts';
import type { Key } from '#lib/model/key.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import '#test/support/matchers.ts';
import {
  aDatabase,
  aDisabledProbe,
  aKey,
  aLockout,
  allActions,
  anId,
  anUnansweredProbe,
  anUnusableKey,
  aProbe,
  at,
  countingIds,
  databases,
  teamId,
} from '#test/support/build.ts';
import { aLedger, type Ledger, type Nouns } from '#test/support/ledger.ts';

const ids = { teamId, keyId: aKey().id, lockoutId: aLockout().id };
const settings = () => ({ platformAccountId: '210987654321', confirmationSeconds: 0, waitingPeriodSeconds: 600 });

const rates = () => ({ starts: 2, grants: 50 });
const notBefore = (seconds: number) => new Date(at.getTime() + seconds * 1000).toISOString();

interface Scene extends Nouns {
  /** The same result each time, or results one after the other. */
  readonly probe: ProbeResult | ProbeResult[];
  /** The execution's run; the newest by default. */
  readonly run?: number;
  /** The result of the last check. */
  readonly keyStatus?: 'usable' | 'unusable';
  readonly before?: (ledger: Ledger) => void;
}

/** A key in a lockout, and KMS's next responses. */
function scene(lockout: Lockout, { probe, before, run = lockout.run, keyStatus = 'unusable', ...nouns }: Scene) {
  const input = { ...ids, run };
  const key = keyStatus === 'usable' ? aKey({ lockoutId: lockout.id }) : anUnusableKey({ lockoutId: lockout.id });
  const ledger = aLedger({ keys: [key], lockouts: [lockout], ...nouns });
  const deps = {
    ...ledger,
    settings,
    rates,
    now: () => at,
    newId: countingIds(),
    opensCanary: async () => null,
    quickCheck: async () => allActions('allowed'),
    proofAwaited: async () => true,
    isRunning: null,
    collectFacts: null,
    pause: async () => undefined,
    probe: async () => {
      before?.(ledger);
      return Array.isArray(probe) ? (probe.shift() ?? aProbe()) : probe;
    },
  };
  return {
    ledger,
    confirm: () => confirmLockout(deps)(input),
    advance: (from: Lockout['state']) => advanceLockout(deps)({ ...input, from }),
  };
}

const stateIn = (ledger: Ledger) => ledger.all<Lockout>('LOCKOUT#')[0]?.state;
const keyIn = (ledger: Ledger) => ledger.all<Key>('KEY#')[0];

describe('confirming after the waiting period', () => {
  it('continues with stopping while the key is unusable', async () => {
    const { ledger, confirm } = scene(aLockout(), { probe: aDisabledProbe(), databases: [aDatabase()] });

    expect(await confirm()).toEqual({
      state: 'stopping_services',
      batches: [{ after: null, upTo: null, notBefore: notBefore(0) }],
    });
    expect(ledger).toHaveRecorded('LockoutAdvanced');
  });

  it('cancels when the key is usable, and frees the key', async () => {
    const { ledger, confirm } = scene(aLockout(), { probe: aProbe(), databases: [aDatabase()] });

    expect((await confirm()).state).toBe('cancelled');
    expect(keyIn(ledger)).toMatchObject({ status: 'usable', lockoutId: null });
    expect(ledger).toHaveRecorded('KeyBecameUsable');
    expect(ledger).toHaveRecorded('LockoutCancelled');
  });

  it('waits on, or cancels, when two checks do not agree that the key is unusable', async () => {
    for (const [second, state] of [
      [aProbe(), 'cancelled'],
      [aProbe({ actions: { ...allActions('allowed'), Decrypt: 'denied' } }), 'waiting'],
    ] as const) {
      const { confirm } = scene(aLockout(), { probe: [aDisabledProbe(), second], databases: [aDatabase()] });
      expect((await confirm()).state).toBe(state);
    }
  });

  it('waits on while KMS is silent, and records that once, as every check does', async () => {
    const { ledger, confirm } = scene(aLockout(), { probe: anUnansweredProbe(), databases: [aDatabase()] });
    expect((await confirm()).state).toBe('waiting');
    expect((await confirm()).state).toBe('waiting');

    expect(ledger.entries().map(({ type }) => type)).toEqual(['KeyCheckUnanswered']);
    expect(stateIn(ledger)).toBe('waiting');
  });

  it('has no say beside a newer run', async () => {
    for (const state of ['waiting', 'stopping_services', 'stopping_servers'] as const) {
      const { ledger, confirm, advance } = scene(aLockout({ state, run: 2 }), {
        probe: aProbe(),
        databases: [aDatabase()],
        run: 1,
      });
      expect([(await confirm()).state, (await advance(state)).state]).toEqual(['superseded', 'superseded']);
      expect(ledger.commits).toEqual([]);
    }
  });

  it('changes nothing when it runs again', async () => {
    const { ledger, confirm } = scene(aLockout(), { probe: aDisabledProbe(), databases: [aDatabase()] });
    await confirm();

    expect((await confirm()).state).toBe('stopping_services');
    expect(ledger.commits).toHaveLength(1);
  });

  it.each(['restored', 'cancelled'] as const)('does nothing for a lockout that is %s', async (state) => {
    const { ledger, confirm } = scene(aLockout({ state }), { probe: aDisabledProbe(), databases: [aDatabase()] });
    expect(await confirm()).toEqual({ state, batches: [] });
    expect(ledger.commits).toEqual([]);
  });

  it('does not turn a restart round for one refusal that the next check does not confirm', async () => {
    const probe = [aDisabledProbe(), aProbe()];
    const { ledger, confirm } = scene(aLockout({ state: 'starting_servers' }), { probe, keyStatus: 'usable' });

    expect((await confirm()).state).toBe('starting_servers');
    expect(ledger.commits).toEqual([]);
  });

  it('turns a restart round when the key is off again', async () => {
    const { ledger, confirm } = scene(aLockout({ state: 'starting_servers', run: 2 }), { probe: aDisabledProbe() });
    expect((await confirm()).state).toBe('stopping_services');
    expect(ledger.effects()).toMatchObject([{ kind: 'workflow', machine: 'key-shutdown', name: `${ids.lockoutId}-3` }]);
  });

  it('finds a lockout after a concurrent change, and decides again', async () => {
    let first = true;
    const before = (ledger: Ledger) => {
      if (first) ledger.touch('LOCKOUT#');
      first = false;
    };
    const { ledger, confirm } = scene(aLockout(), { probe: aDisabledProbe(), before });

    expect((await confirm()).state).toBe('stopping_services');
    expect(ledger.commits).toHaveLength(1);
  });

  it('stops permanently when the lockout does not exist', async () => {
    const { confirm } = scene(aLockout({ id: anId('lk', 9) }), { probe: aDisabledProbe() });
    await expect(confirm()).rejects.toBeProblem('not_found');
  });
});

describe('advancing when the batches of a step are done', () => {
  it('goes from services to servers', async () => {
    const { ledger, advance } = scene(aLockout({ state: 'stopping_services' }), {
      probe: aDisabledProbe(),
      databases: databases(120),
    });
    const { state, batches } = await advance('stopping_services');

    expect(state).toBe('stopping_servers');
    expect(stateIn(ledger)).toBe('stopping_servers');
    expect(batches).toEqual([
      { after: null, upTo: anId('db', 50), notBefore: notBefore(0) },
      { after: anId('db', 50), upTo: anId('db', 100), notBefore: notBefore(0.4) },
      { after: anId('db', 100), upTo: null, notBefore: notBefore(0.8) },
    ]);
  });

  it('is stopped when every database is, and notifies the admins', async () => {
    const { ledger, advance } = scene(aLockout({ state: 'stopping_servers' }), {
      probe: aDisabledProbe(),
      databases: [
        ...databases(2, { status: 'stopped' }),
        aDatabase({ id: anId('db', 8), name: 'half-made', status: 'creating' }),
      ],
    });

    expect((await advance('stopping_servers')).state).toBe('stopped');
    expect(ledger).toHaveRecorded('DatabasesStopped');
    expect(ledger.effects()).toMatchObject([{ notice: { fact: 'databases_stopped' } }]);
    expect(keyIn(ledger)?.lockoutId).toBe(ids.lockoutId);
  });

  it('is held in its state by a database that could not save, which it names, and needs attention', async () => {
    const failure = { reason: 'save_failed', detail: 'No space left on device.', at: at.toISOString() };
    const held = aDatabase({ id: anId('db', 7), name: 'held', status: 'stopping', failure });
    const { ledger, advance } = scene(aLockout({ state: 'stopping_servers' }), {
      probe: aDisabledProbe(),
      databases: [...databases(2, { status: 'stopped' }), held],
    });

    expect(await advance('stopping_servers')).toEqual({ state: 'stopping_servers', batches: [] });
    expect(stateIn(ledger)).toBe('stopping_servers');
    expect(ledger.entries()).toMatchObject([
      {
        type: 'DatabasesHeld',
        data: { held: [{ databaseId: held.id, reason: 'save_failed', detail: 'No space left on device.' }] },
      },
    ]);
    expect(ledger.effects()).toMatchObject([{ notice: { fact: 'attention_needed' } }]);
  });

  it.each([
    ['running', 'stopped', 'starting_services'],
    ['stopped', 'stopped', 'starting_services'],
    ['running', 'running', 'restored'],
  ] as const)('with one to be destroyed, whose server is %s and service %s, is %s', async (server, service, state) => {
    const held = aDatabase({ status: 'destroying', server, service });
    const { advance } = scene(aLockout({ state: 'starting_services' }), { probe: aProbe(), databases: [held] });
    expect((await advance('starting_services')).state).toBe(state);
  });

  it('is restored only when every database serves', async () => {
    const behind = scene(aLockout({ state: 'starting_services' }), {
      probe: aProbe(),
      databases: [aDatabase(), aDatabase({ id: anId('db', 2), name: 'behind', status: 'starting' })],
    });
    expect((await behind.advance('starting_services')).state).toBe('starting_services');
    expect(behind.ledger).toHaveRecorded('DatabasesHeld');

    const whole = scene(aLockout({ state: 'starting_services' }), { probe: aProbe(), databases: [aDatabase()] });
    expect((await whole.advance('starting_services')).state).toBe('restored');
    expect(keyIn(whole.ledger)).toMatchObject({ lockoutId: null, status: 'usable' });
    expect(whole.ledger.effects()).toMatchObject([{ notice: { fact: 'databases_restored' } }]);
  });

  it('turns back once the key is usable again, with the servers still up', async () => {
    const { ledger, advance } = scene(aLockout({ state: 'stopping_services' }), {
      probe: aProbe(),
      databases: databases(2, { status: 'stopping', service: 'stopped' }),
    });

    expect((await advance('stopping_services')).state).toBe('starting_servers');
    expect(ledger.effects()).toMatchObject([{ machine: 'key-restart', name: `${ids.lockoutId}-2` }]);
  });

  it('continues while KMS does not respond', async () => {
    const { ledger, advance } = scene(aLockout({ state: 'stopping_services' }), {
      probe: anUnansweredProbe(),
      databases: [aDatabase()],
    });

    expect((await advance('stopping_services')).state).toBe('stopping_servers');
    expect(ledger).toHaveRecorded('KeyCheckUnanswered');
  });

  it('leaves a lockout alone that has moved on', async () => {
    const { ledger, advance } = scene(aLockout({ state: 'starting_servers' }), { probe: aDisabledProbe() });
    expect((await advance('stopping_services')).state).toBe('starting_servers');
    expect(ledger.commits).toEqual([]);
  });
});
