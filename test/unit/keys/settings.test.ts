/** The settings of a key: a strict key is checked at once, and a lockout keeps it strict. */
import { describe, expect, it } from '@jest/globals';
import { changeKeySettings } from '#lib/keys/settings.ts';
import type { Key } from '#lib/model/key.ts';
import type { Observation } from '#lib/model/observation.ts';
import '#test/support/matchers.ts';
import { aKey, aLockout, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

function scene(key: Key) {
  const ledger = aLedger({ keys: [key] });
  const observations: Observation[] = [];
  const reconcile = async (observation: Observation) => {
    observations.push(observation);
    return { key: (await ledger.keyById(teamId, key.id)) ?? key };
  };
  const change = (strict?: boolean) =>
    changeKeySettings({ ...ledger, reconcile, now: () => at })({ teamId, keyId: key.id, actor: tokenActor, strict });
  return { ledger, observations, change };
}

describe('making a key strict', () => {
  it('stores and returns it, and checks the key by it at once', async () => {
    const { ledger, observations, change } = scene(aKey());

    expect(await change(true)).toMatchObject({ strict: true });
    expect(ledger.entries()).toMatchObject([{ type: 'KeySettingsChanged', actor: tokenActor, data: { strict: true } }]);
    expect(observations).toMatchObject([{ depth: 'full', actor: tokenActor }]);
  });

  it('changes nothing for a key that is strict already, or for a request that names nothing', async () => {
    const { ledger, observations, change } = scene(aKey({ strict: true }));

    await change(true);
    await change();
    expect([ledger.commits, observations]).toEqual([[], []]);
  });

  it('is possible while the key is locked out, and ending it is not: that could end the lockout', async () => {
    const lockedOut = { lockoutId: aLockout().id, status: 'unusable' } as const;
    expect(await scene(aKey(lockedOut)).change(true)).toMatchObject({ strict: true });

    const { ledger, change } = scene(aKey({ ...lockedOut, strict: true }));
    await expect(change(false)).rejects.toBeProblem('wrong_state');
    expect(ledger.commits).toEqual([]);
  });

  it('is unknown for a key of another team', async () => {
    const { ledger } = scene(aKey());
    const change = changeKeySettings({ ...ledger, reconcile: async () => ({ key: aKey() }), now: () => at });
    await expect(
      change({ teamId: 'team_other', keyId: aKey().id, actor: tokenActor, strict: true }),
    ).rejects.toBeProblem('not_found');
  });
});
