/** Forgetting a key. */
import { describe, expect, it } from '@jest/globals';
import { forgetKey } from '#lib/keys/forget.ts';
import type { Key } from '#lib/model/key.ts';
import '#test/support/matchers.ts';
import { aKey, aLockout, at, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger, type Ledger } from '#test/support/ledger.ts';

const forget = (ledger: Ledger, keyById = ledger.keyById) =>
  forgetKey({ ...ledger, keyById, now: () => at })({ teamId, key: aKey().id, actor: tokenActor });

describe('a key that is forgotten', () => {
  it('is gone with the row that says whose ARN it is', async () => {
    const ledger = aLedger({ keys: [aKey({ databases: 0 })] });
    await forget(ledger);

    expect([ledger.all('KEY#'), ledger.all('arn:')]).toEqual([[], []]);
    expect(ledger.entries()).toMatchObject([{ type: 'KeyForgotten', data: { arn: aKey().arn } }]);
  });

  it('is gone although it is checked meanwhile', async () => {
    const ledger = aLedger({ keys: [aKey({ databases: 0 })] });
    const first = aKey().version;
    const lookedAt = async (team: string, id: string): Promise<Key | null> => {
      const found = await ledger.keyById(team, id);
      if (found?.version === first) ledger.touch('KEY#');
      return found;
    };

    await forget(ledger, lookedAt);

    expect(ledger.all('KEY#')).toEqual([]);
  });

  it('ends its lockout', async () => {
    const lockout = aLockout({ state: 'waiting' });
    const ledger = aLedger({ keys: [aKey({ databases: 0, lockoutId: lockout.id })], lockouts: [lockout] });

    await forget(ledger);

    expect(ledger.all('LOCKOUT#')).toMatchObject([{ state: 'cancelled' }]);
  });

  it('stays while databases use it', async () => {
    const ledger = aLedger({ keys: [aKey({ databases: 2 })] });
    await expect(forget(ledger)).rejects.toBeProblem('key_in_use');
    expect(ledger.commits).toEqual([]);
  });
});
