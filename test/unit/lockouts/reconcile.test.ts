/** Observations of a key, and the lockouts that they open. */
import { describe, expect, it } from '@jest/globals';
import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { Transient } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';
import {
  aDisabledProbe,
  aKey,
  aLockout,
  anUnansweredProbe,
  anUnusableKey,
  aProbe,
  at,
  sweepActor,
  teamId,
} from '#test/support/build.ts';
import type { aLedger } from '#test/support/ledger.ts';

import { denied, scene } from './reconciling.ts';

const noLockout = (ledger: ReturnType<typeof aLedger>) => expect(ledger.all('LOCKOUT#')).toEqual([]);

describe('a quick observation', () => {
  it('of the canary is one Decrypt and writes nothing while the canary opens', async () => {
    const { ledger, calls, observe } = scene(aKey(), [aDisabledProbe()]);

    expect((await observe({ depth: 'canary' })).status).toBe('usable');
    expect(calls).toEqual({ probes: 0, canaries: 1, quick: 0 });
    expect(ledger.commits).toEqual([]);
  });

  it('tries the other actions too where no events report a changed policy', async () => {
    const { ledger, calls, observe } = scene(aKey(), [aDisabledProbe()]);

    expect((await observe({ depth: 'quick' })).status).toBe('usable');
    expect(calls).toEqual({ probes: 0, canaries: 0, quick: 1 });
    expect(ledger.commits).toEqual([]);
  });

  it('reads nothing from the table after the key was just read, unless the canary does not decrypt', async () => {
    const reads: string[] = [];
    for (const canary of [null, 'refused'] as const) {
      const { deps } = scene(aKey(), [aProbe()], { canary });
      const keyById: typeof deps.keyById = (...input) => {
        reads.push(String(canary));
        return deps.keyById(...input);
      };
      const known = aKey();
      await reconcileKey({ ...deps, keyById })({
        teamId: known.teamId,
        keyId: known.id,
        actor: sweepActor,
        depth: 'quick',
        known,
      });
    }

    expect(reads).toEqual(['refused']);
  });

  it.each(['refused', 'unknown'] as const)('becomes a full one when the canary is %s', async (canary) => {
    const { calls, observe } = scene(aKey(), [aDisabledProbe()], { canary });
    expect((await observe({ depth: 'quick' })).status).toBe('unusable');
    expect(calls.probes).toBe(2);
  });

  it('is a full one for a key that is not known to be usable, or that is locked out', async () => {
    for (const key of [anUnusableKey(), aKey({ lockoutId: aLockout().id }), aKey({ canary: null })]) {
      const { calls, observe } = scene(key, [aProbe()], { lockouts: [aLockout()] });
      await observe({ depth: 'quick' });
      expect(calls.probes).toBe(1);
    }
  });
});

describe('a key that turns unusable', () => {
  it('opens a lockout after two checks that agree, a pause apart', async () => {
    const { ledger, pauses, calls, observe } = scene(aKey(), [aDisabledProbe()]);
    const key = await observe();

    expect(key).toMatchObject({ status: 'unusable', lockoutId: expect.stringMatching(/^lk_/) });
    expect(pauses).toEqual([3]);
    expect(calls.probes).toBe(2);
    expect(ledger).toHaveRecorded('KeyBecameUnusable');
    expect(ledger).toHaveRecorded('LockoutOpened');
    expect(ledger.commits).toHaveLength(1);
  });

  it('puts both checks on record, with the calls to KMS that they were made of', async () => {
    const attempts = [
      { call: 'Decrypt', dryRun: false, of: 'canary' as const, error: 'DisabledException', requestId: 'request-1' },
    ];
    const { ledger, observe } = scene(aKey(), [{ ...aDisabledProbe(), calls: attempts }]);
    await observe();
    const check = {
      at: at.toISOString(),
      verdict: 'unusable',
      cause: 'key_disabled',
      keyState: 'Disabled',
      calls: attempts,
    };

    expect(ledger.entries().map(({ data }) => data)).toMatchObject([
      { checks: [check, check] },
      { checks: [check, check] },
    ]);
  });

  it('opens none when the second check says that it is usable', async () => {
    const { ledger, observe } = scene(aKey(), [aDisabledProbe(), aProbe()]);
    expect((await observe()).status).toBe('usable');
    expect(ledger.commits).toEqual([]);
  });

  it('opens none when the second check finds another cause, or no answer', async () => {
    for (const second of [denied(), anUnansweredProbe()]) {
      const { ledger, observe } = scene(aKey(), [aDisabledProbe(), second]);
      expect((await observe()).status).toBe('unknown');
      noLockout(ledger);
      expect(ledger).toHaveRecorded('KeyCheckUnanswered');
    }
  });

  it('opens none while no database uses it, and still says so', async () => {
    const { ledger, observe } = scene(aKey({ databases: 0 }), [aDisabledProbe()]);
    expect(await observe()).toMatchObject({ status: 'unusable', lockoutId: null });

    noLockout(ledger);
    expect(ledger).toHaveRecorded('KeyBecameUnusable');
  });

  it('opens one as soon as a database uses it', async () => {
    const { ledger, observe } = scene(anUnusableKey({ databases: 1 }), [aDisabledProbe()]);
    await observe();
    expect(ledger.entries().map(({ type }) => type)).toEqual(['LockoutOpened']);
  });

  it('is recorded once: the same result again writes nothing', async () => {
    const { ledger, observe } = scene(aKey(), [aDisabledProbe()]);
    await observe();
    await observe();

    await observe({ depth: 'quick' });

    expect(ledger.commits).toHaveLength(1);
    expect(ledger.all('LOCKOUT#')).toHaveLength(1);
  });

  it('is recorded again when the cause changes', async () => {
    const lockout = aLockout();
    const { ledger, observe } = scene(anUnusableKey({ lockoutId: lockout.id }), [denied()], { lockouts: [lockout] });

    await observe();

    expect(ledger.entries()).toMatchObject([
      { type: 'KeyBecameUnusable', data: { cause: 'access_denied' } },
      { type: 'LockoutCauseChanged', data: { from: 'key_disabled', to: 'access_denied' } },
    ]);
  });
});

describe('no response from KMS', () => {
  it('never opens a lockout, and raises KeyCheckUnanswered once', async () => {
    const { ledger, pauses, observe } = scene(aKey(), [anUnansweredProbe()]);
    expect((await observe()).status).toBe('unknown');

    await observe();
    noLockout(ledger);

    expect(pauses).toEqual([]);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['KeyCheckUnanswered']);
  });

  it('neither cancels nor restores an open one', async () => {
    for (const state of ['waiting', 'stopped'] as const) {
      const lockout = aLockout({ state });
      const { ledger, observe } = scene(anUnusableKey({ lockoutId: lockout.id }), [anUnansweredProbe()], {
        lockouts: [lockout],
      });
      await observe();
      expect(ledger.all('LOCKOUT#')).toMatchObject([{ state }]);
    }
  });

  it('still wants two checks of the key that is found disabled after it', async () => {
    const { calls, observe } = scene(aKey({ status: 'unknown' }), [aDisabledProbe()]);
    await observe();
    expect(calls.probes).toBe(2);
  });
});

describe('a key that is usable again', () => {
  it('cancels the lockout that waits', async () => {
    const lockout = aLockout();
    const { ledger, observe } = scene(anUnusableKey({ lockoutId: lockout.id }), [aProbe()], { lockouts: [lockout] });

    expect(await observe()).toMatchObject({ status: 'usable', lockoutId: null });
    expect(ledger).toHaveRecorded('KeyBecameUsable');
    expect(ledger).toHaveRecorded('LockoutCancelled');
  });

  it('keeps a canary for the sweep, and the old one where the check gave none', async () => {
    const fresh = scene(aKey({ canary: null }), [aProbe({ canary: 'bmV3' })]);
    expect((await fresh.observe()).canary).toBe('bmV3');

    const silent = scene(aKey({ canary: 'b2xk' }), [anUnansweredProbe()]);
    expect((await silent.observe()).canary).toBe('b2xk');
  });
});

it('throws not_found for a key that the team does not have', async () => {
  const { observe } = scene(aKey(), [aProbe()]);
  await expect(observe({ teamId: 'team_other' })).rejects.toBeProblem('not_found');
});

describe('the sweep of a key with an open lockout', () => {
  const minutesBefore = (minutes: number) => new Date(at.getTime() - minutes * 60_000).toISOString();
  const swept = async (
    changes: Partial<Lockout>,
    { running, probe = aDisabledProbe() }: { running: boolean | Error; probe?: ProbeResult },
  ) => {
    const lockout = aLockout(changes);
    const { ledger, deps } = scene(anUnusableKey({ lockoutId: lockout.id }), [probe], { lockouts: [lockout] });
    const lookups: string[] = [];
    const isRunning = async (machine: string, name: string) => {
      lookups.push(`${machine}/${name}`);
      if (running instanceof Error) throw running;
      return running;
    };
    await reconcileKey({ ...deps, isRunning })({ teamId, keyId: aKey().id, actor: sweepActor, depth: 'quick' });
    return { ledger, lookups };
  };

  it('starts the next run when the execution is gone', async () => {
    const gone = { runAt: minutesBefore(2), run: 3, state: 'stopping_servers' } as const;
    const { ledger, lookups } = await swept(gone, { running: false });

    expect(lookups).toEqual([`key-shutdown/${aLockout().id}-3`]);
    expect(ledger.effects()).toMatchObject([{ kind: 'workflow', machine: 'key-shutdown', name: `${aLockout().id}-4` }]);
    expect(ledger.all('LOCKOUT#')).toMatchObject([{ run: 4, runAt: at.toISOString() }]);
    expect(ledger.commits).toHaveLength(1);
  });

  it('ignores a running execution, one that may not have lookups, and one that is not needed', async () => {
    expect((await swept({ runAt: minutesBefore(2) }, { running: true })).ledger.commits).toEqual([]);
    expect((await swept({ runAt: minutesBefore(0.5) }, { running: false })).lookups).toEqual([]);
    const stopped = await swept({ state: 'stopped', machine: null, runAt: minutesBefore(9) }, { running: false });
    expect(stopped.lookups).toEqual([]);
  });

  it('acts on the key though Step Functions does not respond', async () => {
    const silent = { running: new Transient('Step Functions does not answer'), probe: aProbe() };
    const { ledger } = await swept({ runAt: minutesBefore(2) }, silent);
    expect(ledger.all('LOCKOUT#')).toMatchObject([{ state: 'cancelled', run: 1 }]);
  });
});
