/** Registering a key, and keys that are refused. */
import { describe, expect, it } from '@jest/globals';
import { keysByArn } from '#lib/keys/by-arn.ts';
import { forgetKey } from '#lib/keys/forget.ts';
import { registerCheckedKey, registerKey } from '#lib/keys/register.ts';
import type { KeyRef } from '#lib/model/key.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { Problem } from '#lib/model/problem.ts';
import { requireKey } from '#lib/model/require.ts';
import '#test/support/matchers.ts';
import {
  aDisabledProbe,
  aKey,
  aLockout,
  allActions,
  anUnansweredProbe,
  aProbe,
  at,
  countingIds,
  keyArn,
  teamId,
  tokenActor,
} from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

interface Scene extends Nouns {
  readonly probe?: ProbeResult;
  readonly owner?: KeyRef;
  readonly requireOwnershipProof?: boolean;
}

function scene({ probe = aProbe(), owner, requireOwnershipProof = false, ...nouns }: Scene = {}) {
  const ledger = aLedger(nouns);
  let probed = 0;
  const deps = {
    ...ledger,
    now: () => at,
    newId: countingIds(),
    ownerOf: async () => owner ?? null,
    backupsOnKey: async () => ({ items: [], cursor: null }),
    settings: () => ({ region: 'us-east-1', platformAccountId: '210987654321', requireOwnershipProof }),
    probe: async () => {
      probed += 1;
      return probe;
    },
  };
  const request = (arn: string) => ({ teamId, arn, actor: tokenActor });
  return {
    ledger,
    register: (arn = keyArn) => registerKey(deps)(request(arn)),
    registerChecked: (arn = keyArn) => registerCheckedKey(deps)(request(arn)),
    probed: () => probed,
  };
}

const refusal = async ({ register, ledger }: ReturnType<typeof scene>, arn?: string): Promise<Problem> => {
  const error = await register(arn).then(
    () => new Error('It was registered'),
    (reason: unknown) => reason,
  );
  expect(ledger.commits).toEqual([]);
  if (error instanceof Problem) return error;
  throw error;
};

describe('registering a key', () => {
  it('keeps it with its check and its canary, and says so', async () => {
    const { ledger, register } = scene({ probe: aProbe({ rotation: false }) });
    const { key, isNew } = await register();

    expect(isNew).toBe(true);
    expect(key).toMatchObject({
      teamId,
      arn: keyArn,
      status: 'usable',
      canary: 'Y2FuYXJ5',
      databases: 0,
      lockoutId: null,
    });
    expect(ledger.entries()).toMatchObject([
      { type: 'KeyRegistered', data: { arn: keyArn, warnings: ['rotation_off'] } },
    ]);
    expect(ledger.all('arn:')).toEqual([expect.objectContaining({ teamId, keyId: key.id })]);
  });

  it("returns the team's own key when it's registered again, without a check", async () => {
    const own = scene({ keys: [aKey()], owner: { teamId, keyId: aKey().id } });

    expect(await own.register()).toEqual({ key: expect.objectContaining({ id: aKey().id }), isNew: false });
    expect(own.probed()).toBe(0);
    expect(own.ledger.commits).toEqual([]);
  });

  it("checks the team's own key anew where the key must be usable now", async () => {
    const keys = { keys: [aKey()], owner: { teamId, keyId: aKey().id } };
    const [fit, disabled] = [scene(keys), scene({ ...keys, probe: aDisabledProbe() })];

    expect(await fit.registerChecked()).toMatchObject({ key: { id: aKey().id }, isNew: false });
    expect(fit.probed()).toBe(1);
    await expect(disabled.registerChecked()).rejects.toBeProblem('key_rejected');
    await expect(disabled.registerChecked()).rejects.toThrow(/aws kms enable-key/);
    expect(disabled.ledger.commits).toEqual([]);
  });

  it("refuses another team's without telling anything about it", async () => {
    const taken = scene({ keys: [aKey({ teamId: 'team_other' })], owner: { teamId: 'team_other', keyId: aKey().id } });
    const problem = await refusal(taken);

    expect(problem).toBeProblem('key_taken');
    expect(JSON.stringify(problem.extra)).toBe('{}');
    expect(taken.probed()).toBe(0);
  });
});

describe('a key that is refused', () => {
  it.each([
    ['arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', 'wrong_region', 'us-east-1'],
    [
      'arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'wrong_account',
      "customer's account",
    ],
    [
      'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'wrong_partition',
      'aws-us-gov',
    ],
    ['arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', 'wrong_partition', 'aws-cn'],
  ])('is in the wrong place: %s', async (arn, fault, fix) => {
    const here = scene();
    const problem = await refusal(here, arn);

    expect(problem).toBeProblem('key_rejected');
    expect(problem.extra.fault).toBe(fault);
    expect(problem.message).toContain(fix);
    expect(here.probed()).toBe(0);
  });

  it.each<[string, ProbeResult, string]>([
    ['disabled', aDisabledProbe(), 'aws kms enable-key'],
    [
      'pending deletion',
      { ...aDisabledProbe(), metadata: { KeyState: 'PendingDeletion' } },
      'aws kms cancel-key-deletion',
    ],
    [
      'without material',
      { ...aDisabledProbe(), metadata: { KeyState: 'PendingImport' } },
      'aws kms import-key-material',
    ],
    [
      'asymmetric',
      aProbe({ metadata: { KeyState: 'Enabled', KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' } }),
      'SYMMETRIC_DEFAULT',
    ],
    ['for signing', aProbe({ metadata: { KeyState: 'Enabled', KeyUsage: 'SIGN_VERIFY' } }), 'aws kms create-key'],
    ['nowhere', aProbe({ found: false, metadata: null }), 'Check the account'],
  ])('is %s, and the detail says what to do', async (_, probe, fix) => {
    const problem = await refusal(scene({ probe }));

    expect(problem).toBeProblem('key_rejected');
    expect(problem.message).toContain(fix);
    expect(problem.extra.check).toBeDefined();
  });

  it('lacks an action, which is named with its statement', async () => {
    const problem = await refusal(
      scene({ probe: aProbe({ actions: { ...allActions('allowed'), ReEncrypt: 'denied', Decrypt: 'denied' } }) }),
    );

    expect(problem.message).toContain('Denied: kms:Decrypt, kms:ReEncrypt.');
    expect(problem.extra).toMatchObject({
      cause: 'access_denied',
      fixes: expect.arrayContaining([
        expect.objectContaining({ action: 'Decrypt' }),
        expect.objectContaining({ action: 'ReEncrypt' }),
      ]),
    });
  });

  it('refuses everything: KMS responds in the same way for a missing key of another account', async () => {
    const problem = await refusal(
      scene({
        probe: aProbe({ metadata: null, actions: allActions('denied'), rotation: null, foreignContext: 'denied' }),
      }),
    );
    expect(problem).toBeProblem('key_rejected');
    expect(problem.message).toContain('Check the account, the region and the id');
    expect(problem.message).toContain('aws kms put-key-policy');

    const unprobed = { ...allActions('denied'), CreateGrant: 'unknown' as const };
    expect((await refusal(scene({ probe: aProbe({ metadata: null, actions: unprobed }) }))).message).toContain(
      'Check the account',
    );
  });

  it('did not respond: that is unavailable, not a refusal', async () => {
    expect(await refusal(scene({ probe: anUnansweredProbe() }))).toBeProblem('unavailable');
  });

  it('is not bound to the team where the deployment insists on it', async () => {
    const probe = aProbe({ foreignContext: 'allowed' });
    expect((await scene({ probe }).register()).key.check.ownership).toBe('unproven');

    const problem = await refusal(scene({ probe, requireOwnershipProof: true }));
    expect(problem).toBeProblem('key_rejected');
    expect(problem.extra).toMatchObject({ fault: 'ownership_unproven', fix: expect.stringContaining(teamId) });
    expect(problem.message).toContain('/v1/key-policy');
  });
});

describe('forgetting a key', () => {
  const forgetting = (key = aKey({ databases: 0 }), lockouts: Lockout[] = []) => {
    const ledger = aLedger({ keys: [key], lockouts });
    return {
      ledger,
      forget: () => forgetKey({ ...ledger, now: () => at })({ teamId, key: aKey().id, actor: tokenActor }),
    };
  };

  it('frees its ARN for another team', async () => {
    const { ledger, forget } = forgetting();
    await forget();

    expect(ledger.all('KEY#')).toEqual([]);
    expect(ledger.all('arn:')).toEqual([]);
    expect(ledger).toHaveRecorded('KeyForgotten');
  });

  it('ends a lockout that has nothing left to stop', async () => {
    const lockout = aLockout({ state: 'stopped' });
    const { ledger, forget } = forgetting(aKey({ databases: 0, lockoutId: lockout.id }), [lockout]);

    await forget();

    expect(ledger.all<Lockout>('LOCKOUT#')).toMatchObject([{ state: 'cancelled', machine: null }]);
    expect(ledger.entries().map(({ type }) => type)).toEqual(['LockoutCancelled', 'KeyForgotten']);
  });

  it('is refused while a database uses it, or if it is not there', async () => {
    const used = forgetting(aKey({ databases: 2 }));

    await expect(used.forget()).rejects.toBeProblem('key_in_use');
    expect(used.ledger.commits).toEqual([]);
    await expect(forgetting(aKey({ teamId: 'team_other', databases: 0 })).forget()).rejects.toBeProblem('not_found');
  });
});

describe('finding a key', () => {
  it('is by id or ARN within the team only', async () => {
    const ledger = aLedger({ keys: [aKey()] });
    const find = keysByArn({ ...ledger, ownerOf: async () => ({ teamId, keyId: aKey().id }) });

    expect(await find(teamId, keyArn)).toHaveLength(1);
    expect(await find('team_other', keyArn)).toEqual([]);
    await expect(requireKey(ledger)('team_other', aKey().id)).rejects.toBeProblem('not_found');
  });
});
