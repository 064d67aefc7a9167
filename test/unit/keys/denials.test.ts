/** Why KMS refuses a call: a missing permission, or an explicit Deny. */
import { describe, expect, it } from '@jest/globals';
import { denialOf, kmsFailure } from '#lib/aws/kms-errors.ts';
import type { Denial } from '#lib/model/key.ts';
import { judge } from '#lib/model/key-check.ts';
import { allActions, aProbe, at, keyArn, parties } from '#test/support/build.ts';

const who = 'User: arn:aws:sts::210987654321:assumed-role/a/b is not authorized to perform: kms:Decrypt';
const unsaid =
  `${who} on this resource because the resource does not exist in this Region, no resource-based policies allow ` +
  'access, or a resource-based policy explicitly denies access';

describe('why KMS refuses', () => {
  it.each<[string, Denial]>([
    [`${who} on resource: ${keyArn} with an explicit deny in a resource-based policy`, 'explicit'],
    [`${who} on resource: ${keyArn} with an explicit deny in a resource control policy`, 'explicit'],
    [unsaid, 'unsaid'],
    [`${who} on resource: ${keyArn} because no resource-based policy allows the kms:Decrypt action`, 'implicit'],
    [`${who} on resource: ${keyArn}`, 'unexplained'],
    ['', 'unexplained'],
  ])('is read from its words: %s', (message, denial) => {
    expect(denialOf(new Error(message))).toBe(denial);
  });
});

describe('a refusal by a policy of the platform', () => {
  const unexplained =
    'The ciphertext refers to a customer master key that does not exist, or you are not allowed to access.';

  it.each([
    `${who} on resource: ${keyArn} because no identity-based policy allows the kms:Decrypt action`,
    `${who} on the resource associated with this ciphertext because no identity-based policy allows the ` +
      'kms:Decrypt action',
    `${who} on resource: ${keyArn} because no permissions boundary allows the kms:Decrypt action`,
    `${who} on resource: ${keyArn} because no service control policy allows the kms:Decrypt action`,
    `${who} on resource: ${keyArn} because no session policy allows the kms:Decrypt action`,
    `${who} on resource: ${keyArn} because no VPC endpoint policy allows the kms:Decrypt action`,
    `${who} on resource: ${keyArn} with an explicit deny in an identity-based policy`,
    `${who} on resource: ${keyArn} with an explicit deny in a service control policy`,
    `${who} on resource: ${keyArn} with an explicit deny in a permissions boundary`,
  ])('says nothing about the key: %s', (message) => {
    const error = Object.assign(new Error(message), { name: 'AccessDeniedException' });

    expect(kmsFailure(error)).toEqual({ kind: 'unknown', cause: 'platform_permission_missing' });
  });

  it.each([
    `${who} on resource: ${keyArn} because no resource-based policy allows the kms:Decrypt action`,
    `${who} on resource: ${keyArn} with an explicit deny in a resource-based policy`,
    `${who} on resource: ${keyArn} with an explicit deny in a resource control policy`,
    unsaid,
    unexplained,
  ])('is not one by a policy of the key’s owner: %s', (message) => {
    const error = Object.assign(new Error(message), { name: 'AccessDeniedException' });

    expect(kmsFailure(error)).toEqual({ kind: 'denied' });
  });
});

describe('a check of a key that refuses', () => {
  const refused = (how: Denial | undefined) => {
    const probe = aProbe({
      actions: { ...allActions('allowed'), Decrypt: 'denied' },
      denials: how ? { Decrypt: how } : {},
    });
    const { warnings, fixes } = judge(probe, { arn: keyArn, at, parties });
    return { codes: warnings.map(({ code }) => code), fixes: fixes.map(({ action }) => action), warnings };
  };

  it('proposes no statement that allows where a Deny is known to be the reason', () => {
    expect(refused('explicit')).toMatchObject({ codes: ['explicit_deny'], fixes: [] });
  });

  it('proposes the statement, and warns that a Deny may be the reason, where KMS does not say', () => {
    const { codes, fixes, warnings } = refused('unsaid');

    expect([codes, fixes[0]]).toEqual([['explicit_deny_possible'], 'Decrypt']);
    expect(warnings[0]?.detail).toContain(`covers account ${parties.platform}`);
    expect(warnings[0]?.fix).toContain(`--region us-east-1 --key-id ${keyArn}`);
  });

  it('says nothing of a Deny where KMS says that a permission is missing', () => {
    expect(refused('implicit')).toMatchObject({ codes: [], fixes: expect.arrayContaining(['Decrypt']) });
  });

  it('proposes missing statements beside a Deny', () => {
    const actions = { ...allActions('allowed'), Decrypt: 'denied', Encrypt: 'denied' } as const;
    const { fixes } = judge(aProbe({ actions, denials: { Decrypt: 'explicit', Encrypt: 'implicit' } }), {
      arn: keyArn,
      at,
      parties,
    });

    expect(fixes.map(({ statement }) => statement.Sid)).toEqual([
      'LatchkeyNeedsEncrypt',
      'LatchkeyNeedsCreateGrant',
      'LatchkeyNeedsVolumes',
    ]);
  });
});
