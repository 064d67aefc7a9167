/** Promise 10: requests that need a refused action are refused with the statement to add; all others go on. */
import { describe, expect, it } from '@jest/globals';
import { requestBackup } from '#lib/backups/begin.ts';
import { assertReady } from '#lib/model/assert-ready.ts';
import { type Action, neededActions } from '#lib/model/key.ts';
import { statementFor } from '#lib/model/key-policy.ts';
import { assertKeyAllows } from '#lib/model/refusals.ts';
import { aDatabase, aDegradedKey, at, countingIds, parties, teamId, tokenActor } from '#test/support/build.ts';

const ask = (refused: readonly Action[], needs: readonly Action[]) => () =>
  assertKeyAllows(aDegradedKey(refused), { subject: 'Database cache', doing: 'be backed up', needs });

describe('what a degraded key allows', () => {
  it.each(neededActions)('refuses what needs %s, with the statement and commands that work', (action) => {
    expect(ask([action], [action])).toThrow(
      expect.objectContaining({
        code: 'key_degraded',
        message: expect.stringContaining(`kms:${action}`),
        extra: {
          refusals: [{ action, statement: statementFor(action, parties) }],
          fixes: expect.arrayContaining([{ action, statement: statementFor(action, parties) }]),
          remedy: expect.arrayContaining([
            expect.objectContaining({ commands: [expect.stringContaining('put-key-policy')] }),
          ]),
        },
      }),
    );
  });

  it('lets through what needs other actions', () => {
    expect(ask(['Encrypt'], ['GenerateDataKey'])).not.toThrow();
    expect(ask([], neededActions)).not.toThrow();
  });
});

describe('a database under a degraded key', () => {
  const withKey = (refused: readonly Action[]) => ({ keyById: async () => aDegradedKey(refused) });
  const backup = (refused: readonly Action[]) =>
    requestBackup({
      ...withKey(refused),
      findDatabase: async () => aDatabase(),
      commit: async () => undefined,
      newId: countingIds(),
      now: () => at,
      settings: () => ({ keepDays: 35 }),
    })({ teamId, database: 'any', actor: tokenActor });

  it('is backed up unless GenerateDataKey is refused', async () => {
    await expect(backup(['GenerateDataKey'])).rejects.toMatchObject({ code: 'key_degraded' });
    await expect(backup(['Encrypt', 'CreateGrant'])).resolves.toMatchObject({ status: 'pending' });
  });

  it('is attached, configured and promoted as before', async () => {
    const everything = neededActions.filter((action) => action !== 'Decrypt');
    await expect(assertReady(withKey(everything), aDatabase(), { doing: 'be attached' })).resolves.toBeUndefined();
  });
});
