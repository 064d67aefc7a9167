/** The transitions of a lockout, for every state and verdict. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Verdict, verdicts } from '#lib/model/key.ts';
import { type LockoutState, lockoutStates } from '#lib/model/lockout-state.ts';
import {
  afterObservation,
  afterStart,
  afterStep,
  entered,
  machineFor,
  runAgain,
} from '#lib/model/lockout-transitions.ts';
import { aLockout, at } from '#test/support/build.ts';

const later = new Date('2026-11-24T11:05:00.000Z');
const isOver = (state: LockoutState | null) => state === 'restored' || state === 'cancelled' || state === null;

/** One observation of the key, then one completed step under the same verdict. */
function next(state: LockoutState | null, verdict: Verdict): LockoutState | null {
  const open = isOver(state) ? null : state;
  const observed = afterObservation(open, verdict, 1);
  if (observed !== open) return observed;
  return open === null ? state : afterStep(open, verdict);
}

function settled(from: LockoutState | null, verdict: Verdict): LockoutState | null {
  let state = from;
  for (let step = 0; step < 10; step++) state = next(state, verdict);
  return state;
}

describe('the decision about an observed key', () => {
  const rows: [LockoutState | null, Verdict, LockoutState | null][] = [
    [null, 'unusable', 'waiting'],
    [null, 'usable', null],
    [null, 'unknown', null],
    ['waiting', 'usable', 'cancelled'],
    ['waiting', 'unusable', 'waiting'],
    ['waiting', 'unknown', 'waiting'],
    ['stopped', 'usable', 'starting_servers'],
    ['stopped', 'unusable', 'stopped'],
    ['stopped', 'unknown', 'stopped'],
  ];
  it.each(rows)('from %s under a key that is %s: %s', (state, verdict, decided) => {
    expect(afterObservation(state, verdict, 1)).toBe(decided);
  });

  it.each(['stopping_services', 'stopping_servers', 'starting_servers', 'starting_services'] as const)(
    'leaves %s to the step that runs',
    (state) => {
      for (const verdict of verdicts) expect(afterObservation(state, verdict, 1)).toBe(state);
    },
  );

  it('opens nothing for a key without databases', () => {
    expect(afterObservation(null, 'unusable', 0)).toBeNull();
  });
});

describe('the start of an execution', () => {
  it.each([
    ['waiting', 'cancelled', 'stopping_services', 'waiting'],
    ['stopping_services', 'starting_servers', 'stopping_services', 'stopping_services'],
    ['stopping_servers', 'starting_servers', 'stopping_servers', 'stopping_servers'],
    ['starting_servers', 'starting_servers', 'stopping_services', 'starting_servers'],
    ['starting_services', 'starting_services', 'stopping_services', 'starting_services'],
  ] as const)('decides %s, and reverses the others only: %s when usable, %s, %s', (state, ...follow) => {
    expect([afterStart(state, 'usable'), afterStart(state, 'unusable'), afterStart(state, 'unknown')]).toEqual(follow);
  });
});

describe('what follows a step', () => {
  const rows: [LockoutState, LockoutState, LockoutState, LockoutState][] = [
    ['waiting', 'cancelled', 'stopping_services', 'waiting'],
    ['stopping_services', 'starting_servers', 'stopping_servers', 'stopping_servers'],
    ['stopping_servers', 'starting_servers', 'stopped', 'stopped'],
    ['starting_servers', 'starting_services', 'stopping_services', 'starting_services'],
    ['starting_services', 'restored', 'stopping_services', 'restored'],
    ['stopped', 'stopped', 'stopped', 'stopped'],
    ['restored', 'restored', 'restored', 'restored'],
    ['cancelled', 'cancelled', 'cancelled', 'cancelled'],
  ];
  it.each(rows)('%s goes to %s when usable, %s when unusable, %s when KMS is silent', (state, ...follow) => {
    expect([afterStep(state, 'usable'), afterStep(state, 'unusable'), afterStep(state, 'unknown')]).toEqual(follow);
  });

  it('has a row here for every state', () => {
    expect(new Set(rows.map(([state]) => state))).toEqual(new Set(lockoutStates));
  });
});

describe('a degraded key', () => {
  it('decides as a usable one does, in every state: losing a right is not losing the key', () => {
    for (const state of [null, ...lockoutStates])
      expect(afterObservation(state, 'degraded', 1)).toBe(afterObservation(state, 'usable', 1));
    for (const state of lockoutStates) {
      expect(afterStart(state, 'degraded')).toBe(afterStart(state, 'usable'));
      expect(afterStep(state, 'degraded')).toBe(afterStep(state, 'usable'));
    }
  });
});

describe('undo, at any moment', () => {
  const histories = fc.array(fc.constantFrom(...verdicts), { maxLength: 30 });
  const reached = histories.map((history) => history.reduce<LockoutState | null>(next, null));

  it('ends restored, cancelled or untouched under a key that stays usable', () => {
    fc.assert(
      fc.property(reached, (state) => isOver(settled(state, 'usable'))),
      { numRuns: 500 },
    );
  });

  it('ends stopped under a key that stays unusable', () => {
    fc.assert(
      fc.property(reached, (state) => settled(state, 'unusable') === 'stopped'),
      { numRuns: 500 },
    );
  });

  it('never changes direction while KMS is silent', () => {
    const down: readonly (LockoutState | null)[] = ['waiting', 'stopping_services', 'stopping_servers', 'stopped'];
    const sideOf = (state: LockoutState | null) => (down.includes(state) ? 'down' : 'up');
    fc.assert(
      fc.property(reached, (state) => sideOf(settled(state, 'unknown')) === sideOf(state)),
      { numRuns: 500 },
    );
  });

  it('never stops anything that waits while KMS is silent', () => {
    expect(settled('waiting', 'unknown')).toBe('waiting');
    expect(settled(null, 'unknown')).toBeNull();
  });
});

describe('entering a state', () => {
  it('notes when, and leaves a state that it is in already as it is', () => {
    const lockout = aLockout({ state: 'waiting' });

    expect(entered(lockout, 'stopping_services', later).steps.at(-1)).toEqual({
      state: 'stopping_services',
      at: later.toISOString(),
    });
    expect(entered(lockout, 'waiting', later)).toBe(lockout);
  });

  it('starts another run only when another machine takes over', () => {
    expect(entered(aLockout({ state: 'waiting' }), 'stopping_services', later)).toMatchObject({
      run: 1,
      machine: 'key-shutdown',
    });
    expect(entered(aLockout({ state: 'stopping_services' }), 'starting_servers', later)).toMatchObject({
      run: 2,
      runAt: later.toISOString(),
      machine: 'key-restart',
    });
    expect(entered(aLockout({ state: 'stopped', machine: null }), 'starting_servers', later).run).toBe(2);
    expect(entered(aLockout({ state: 'starting_servers' }), 'starting_services', later).run).toBe(1);
  });

  it('needs no machine once it is stopped or over', () => {
    for (const state of ['stopped', 'restored', 'cancelled'] as const) {
      expect(entered(aLockout({ state: 'starting_services' }), state, later)).toMatchObject({ machine: null, run: 1 });
      expect(machineFor(state)).toBeNull();
    }
  });

  it.each(['starting_servers', 'starting_services'] as const)(
    'counts a round when it turns from %s back to stopping',
    (state) => {
      expect(entered(aLockout({ state }), 'stopping_services', later)).toMatchObject({
        round: 1,
        run: 2,
        machine: 'key-shutdown',
      });
    },
  );

  it('counts no round on the way down or up', () => {
    expect(entered(aLockout({ state: 'waiting' }), 'stopping_services', later).round).toBe(0);
    expect(entered(aLockout({ state: 'stopping_services' }), 'starting_servers', later).round).toBe(0);
    expect(entered(aLockout({ state: 'starting_servers' }), 'starting_services', later).round).toBe(0);
    expect(entered(aLockout({ state: 'starting_services' }), 'restored', later).round).toBe(0);
  });

  it('counts each run', () => {
    expect(runAgain(aLockout({ run: 3 }), at)).toEqual({ run: 4, runAt: at.toISOString() });
  });
});
