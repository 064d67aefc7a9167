/** Promise 10: losing a right is not losing the key. What a check makes of a refused action other than Decrypt. */
import { describe, expect, it } from '@jest/globals';
import { type Action, neededActions } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { refusalsOf } from '#lib/model/refusals.ts';
import '#test/support/matchers.ts';
import { aDegradedKey, aKey, aLockout, anUnansweredProbe, aProbe, aRefusingProbe } from '#test/support/build.ts';
import { scene } from './reconciling.ts';

/** Without early warnings, which have tests of their own. */
const changesIn = (ledger: ReturnType<typeof scene>['ledger']) =>
  ledger.entries().filter(({ type }) => !type.startsWith('KeyWarning'));

const others = neededActions.filter((action) => action !== 'Decrypt');

describe('a refused action', () => {
  it.each(others)('%s makes a key with databases degraded, tells the statement, and opens nothing', async (action) => {
    const { ledger, observe } = scene(aKey(), [aRefusingProbe(action)]);
    const key = await observe();

    expect(key).toMatchObject({ status: 'degraded', lockoutId: null });
    expect(ledger.all('LOCKOUT#')).toEqual([]);
    expect(ledger.effects().filter(({ kind }) => kind !== 'notice')).toEqual([]);
    const [degradation, ...more] = changesIn(ledger);
    expect(more).toEqual([]);
    expect(degradation).toMatchObject({
      type: 'KeyDegraded',
      data: { refusals: [{ action, statement: { Sid: `LatchkeyNeeds${action}`, Effect: 'Allow' } }] },
    });
  });

  it.each(neededActions)('%s opens a lockout of a strict key', async (action) => {
    const { ledger, observe } = scene(aKey({ strict: true }), [aRefusingProbe(action)]);
    const key = await observe();

    expect(key).toMatchObject({ status: 'unusable', check: { cause: 'access_denied' }, lockoutId: expect.any(String) });
    expect(ledger.all<Lockout>('LOCKOUT#')).toMatchObject([{ state: 'waiting', cause: 'access_denied' }]);
  });

  it('is believed only after a second check, like the loss of a key', async () => {
    const { ledger, pauses, observe } = scene(aKey(), [aRefusingProbe('Encrypt'), aProbe()]);

    expect((await observe()).status).toBe('usable');
    expect(pauses).toEqual([3]);
    expect(changesIn(ledger)).toEqual([]);
  });

  it('is unknown when the first check misses Encrypt and the second one Decrypt', async () => {
    const { ledger, observe } = scene(aKey(), [aRefusingProbe('Encrypt'), aRefusingProbe('Decrypt')]);

    expect((await observe()).status).toBe('unknown');
    expect(ledger.all('LOCKOUT#')).toEqual([]);
  });

  it('has no statement where KMS names a Deny, since no Allow outweighs it', () => {
    const { check } = aDegradedKey(['Encrypt']);
    expect(refusalsOf({ ...check, fixes: [] })).toEqual([{ action: 'Encrypt', statement: null }]);
  });
});

describe('a degraded key', () => {
  const degraded = (...refused: readonly Action[]) => aDegradedKey(refused);

  it('is reported once, and again when KMS refuses another action', async () => {
    const again = scene(degraded('Encrypt'), [aRefusingProbe('Encrypt')]);
    await again.observe();
    expect(changesIn(again.ledger)).toEqual([]);

    const more = scene(degraded('Encrypt'), [aRefusingProbe('Encrypt', 'GenerateDataKey')]);
    await more.observe();
    expect(changesIn(more.ledger)).toMatchObject([
      { type: 'KeyDegraded', data: { refusals: [{ action: 'Encrypt' }, { action: 'GenerateDataKey' }] } },
    ]);
  });

  it('is well once every action is allowed', async () => {
    const { ledger, observe } = scene(degraded('Encrypt'), [aProbe()]);
    expect((await observe()).status).toBe('usable');
    expect(changesIn(ledger)).toMatchObject([{ type: 'KeyBecameUsable' }]);
  });

  it('is locked out when Decrypt goes too', async () => {
    const { ledger, observe } = scene(degraded('Encrypt'), [aRefusingProbe('Encrypt', 'Decrypt')]);
    expect((await observe()).status).toBe('unusable');
    expect(changesIn(ledger)).toMatchObject([{ type: 'KeyBecameUnusable' }, { type: 'LockoutOpened' }]);
  });

  it('does not end or open anything while KMS is silent', async () => {
    const { ledger, observe } = scene(degraded('Encrypt'), [anUnansweredProbe()]);
    expect((await observe()).status).toBe('unknown');
    expect(ledger.all('LOCKOUT#')).toEqual([]);
  });

  it('ends a lockout in the waiting period: databases continue to serve', async () => {
    const lockout = aLockout({ state: 'waiting', cause: 'access_denied' });
    const { ledger, observe } = scene(
      aKey({ status: 'unusable', lockoutId: lockout.id }),
      [aRefusingProbe('Encrypt')],
      {
        lockouts: [lockout],
      },
    );
    await observe();
    expect(ledger.all<Lockout>('LOCKOUT#')).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('the quick check of each minute', () => {
  const tried = neededActions.filter((action) => !action.endsWith('Grant'));

  it.each(tried.filter((action) => action !== 'Decrypt'))('sees that %s was taken away', async (action) => {
    const { calls, observe } = scene(aKey(), [aRefusingProbe(action)], { quick: { [action]: 'denied' } });
    expect((await observe({ depth: 'quick' })).status).toBe('degraded');
    expect(calls).toMatchObject({ quick: 1, probes: 2 });
  });

  it('sees that a right is back, and leaves a key alone that is as degraded as before', async () => {
    const back = scene(aDegradedKey(['Encrypt']), [aProbe()]);
    expect((await back.observe({ depth: 'quick' })).status).toBe('usable');

    const same = scene(aDegradedKey(['Encrypt']), [aProbe()], { quick: { Encrypt: 'denied' } });
    expect((await same.observe({ depth: 'quick' })).status).toBe('degraded');
    expect(same.calls.probes).toBe(0);
  });

  it('handles throttling of all actions but Decrypt without further calls', async () => {
    const { calls, observe } = scene(aKey(), [aProbe()], { quick: { Encrypt: 'unknown', DescribeKey: 'unknown' } });
    await observe({ depth: 'quick' });
    expect(calls.probes).toBe(0);

    const silent = scene(aKey(), [aProbe()], { canary: 'unknown' });
    await silent.observe({ depth: 'quick' });
    expect(silent.calls.probes).toBe(1);
  });
});
