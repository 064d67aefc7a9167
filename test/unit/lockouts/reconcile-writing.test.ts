/** An observation writes only if the key's status or the result of its check changes. */
import { describe, expect, it } from '@jest/globals';
import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import type { Key } from '#lib/model/key.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import { Problem } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';
import {
  aDisabledProbe,
  aKey,
  aLockout,
  allActions,
  anUnusableKey,
  aProbe,
  at,
  sweepActor,
  tokenActor,
} from '#test/support/build.ts';

import { denied, scene } from './reconciling.ts';

describe('writing', () => {
  it('is omitted without a change, unless the check was requested', async () => {
    const swept = scene(aKey(), [aProbe()]);
    await swept.observe();

    expect(swept.ledger.commits).toEqual([]);

    const reconciliation = scene(aKey(), [aProbe()]);
    await reconciliation.observe({ actor: tokenActor });

    expect(reconciliation.ledger.commits).toMatchObject([{ entries: [], changes: [{ kind: 'save' }] }]);
  });

  it.each<[string, Partial<ProbeResult>]>([
    ['the policy was opened to all teams', { foreignContext: 'allowed' }],
    ['rotation was turned off', { rotation: false }],
    ['the deletion has a date', { metadata: { KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', DeletionDate: at } }],
  ])('keeps what a check found though the verdict is the same: %s', async (_what, found) => {
    const { ledger, observe } = scene(aKey(), [aProbe(found)]);
    const key = await observe();

    expect(ledger.commits).toMatchObject([{ changes: [{ kind: 'save' }] }]);
    expect(ledger.entries().filter(({ type }) => type !== 'KeyWarningRaised')).toEqual([]);
    expect(ledger.all<Key>('KEY#')).toMatchObject([{ status: 'usable', check: { ...key.check } }]);

    await observe();
    expect(ledger.commits).toHaveLength(1);
  });

  it('keeps the fixes that are left when access was given back in part', async () => {
    const lockout = aLockout();
    const actions = { ...allActions('denied'), DescribeKey: 'allowed' as const };
    const { ledger, observe } = scene(
      anUnusableKey({ lockoutId: lockout.id }),
      [aProbe({ actions }), aProbe({ actions }), denied()],
      {
        lockouts: [lockout],
      },
    );

    for (const left of ['Encrypt', 'Decrypt']) {
      await observe();
      expect(ledger.all<Key>('KEY#')[0]?.check.fixes[0]?.action).toBe(left);
    }
  });

  it('is left out where only the time and the calls of the check are others', async () => {
    const calls = [{ call: 'Decrypt', dryRun: false, of: null, error: null, requestId: 'request-2' }];
    const { ledger, deps } = scene(aKey(), [aProbe({ calls })]);
    const later = () => new Date(at.getTime() + 60_000);

    await reconcileKey({ ...deps, now: later })({
      teamId: aKey().teamId,
      keyId: aKey().id,
      actor: sweepActor,
      depth: 'full',
    });

    expect(ledger.commits).toEqual([]);
  });

  it('keeps the first canary, so that one Decrypt is enough from then on', async () => {
    const { ledger, observe } = scene(aKey({ canary: null }), [aProbe({ canary: 'bmV3' })]);
    await observe();

    await observe({ depth: 'quick' });

    expect(ledger.commits).toHaveLength(1);
  });

  it('starts over after a concurrent write', async () => {
    const { ledger, deps } = scene(aKey(), [aDisabledProbe()]);
    let races = 2;
    const pause = async () => {
      if (races-- > 0) ledger.touch('KEY#');
    };

    const { key } = await reconcileKey({ ...deps, pause })({
      teamId: aKey().teamId,
      keyId: aKey().id,
      actor: sweepActor,
      depth: 'full',
    });

    expect(key.status).toBe('unusable');
    expect(ledger.all('LOCKOUT#')).toHaveLength(1);
  });

  it('gives up after ten lost races', async () => {
    let tries = 0;
    const { deps } = scene(aKey(), [aDisabledProbe()]);
    const commit = async () => {
      tries += 1;
      throw new Problem('version_mismatch', 'Changed meanwhile');
    };
    const observing = reconcileKey({ ...deps, commit })({
      teamId: aKey().teamId,
      keyId: aKey().id,
      actor: sweepActor,
      depth: 'full',
    });

    await expect(observing).rejects.toBeProblem('version_mismatch');
    expect(tries).toBe(10);
  });
});
