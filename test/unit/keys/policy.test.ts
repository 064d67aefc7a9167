/** The key policy that Latchkey hands out. */
import { describe, expect, it } from '@jest/globals';
import { parseKeyPolicy } from 'aws-local/kms';
import fc from 'fast-check';
import { neededActions } from '#lib/model/key.ts';
import { keyPolicy, statementFor, templateAccounts } from '#lib/model/key-policy.ts';
import { parties, teamId } from '#test/support/build.ts';

const template = { ...templateAccounts, partition: 'aws', teamId: null } as const;
const everyString = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flat().flatMap(everyString)
      : [];

describe('the key policy that is handed out', () => {
  it('is one word: a shell splits it nowhere', () => {
    for (const policy of [keyPolicy(template), keyPolicy(parties), keyPolicy({ ...parties, teamId: null })])
      expect(JSON.stringify(policy)).not.toMatch(/\s/);
  });

  it('is one word for any account and team', () => {
    const digits = fc.stringMatching(/^\d{12}$/);
    const team = fc.stringMatching(/^team_[0-9a-hjkmnp-tv-z]{26}$/);
    fc.assert(
      fc.property(
        digits,
        digits,
        team,
        (customer, platform, owner) =>
          !/\s/.test(JSON.stringify(keyPolicy({ customer, platform, partition: 'aws', teamId: owner }))),
      ),
    );
  });

  it('without an account holds the two placeholders of the template, and no other', () => {
    const text = JSON.stringify(keyPolicy(template));

    expect(new Set(text.match(/\$\{\w+\}/g))).toEqual(new Set(['${AWS_ACCOUNT_ID}', '${HEROKU_DATA_ACCOUNT_ID}']));
    expect(text).toContain('arn:aws:iam::${AWS_ACCOUNT_ID}:root');
    expect(text).not.toContain('EncryptionContext');
  });

  it('filled in, leaves the customer in charge of everything and the platform with what it needs only', () => {
    const { Statement } = keyPolicy(parties);
    const actionsOf = (account: string) =>
      Statement.filter(({ Principal }) => Principal.AWS === `arn:aws:iam::${account}:root`).flatMap(
        ({ Action }) => Action,
      );

    expect(actionsOf(parties.customer)).toEqual(['kms:*']);
    expect(actionsOf(parties.platform).sort()).toEqual([
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:GetKeyRotationStatus',
      'kms:ListGrants',
      'kms:ReEncrypt*',
      'kms:ReEncrypt*',
      'kms:RevokeGrant',
    ]);
    expect(everyString(Statement)).not.toContain('*:*');
  });

  it('binds every use to the team or to EC2’s volumes, and grants to AWS resources', () => {
    const conditions = Object.fromEntries(
      keyPolicy(parties).Statement.map((each) => [each.Sid, 'Condition' in each ? each.Condition : null]),
    );

    expect(conditions).toEqual({
      CustomerAdministersTheKey: null,
      LatchkeyReadsTheKeysState: null,
      LatchkeyUsesTheKey: { StringEquals: { 'kms:EncryptionContext:latchkey:team': teamId } },
      LatchkeyGrantsForAwsResources: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      LatchkeyUsesTheKeyForVolumes: {
        StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
        StringEquals: { 'kms:CallerAccount': parties.platform },
      },
    });
  });

  it.each([
    ['aws-cn', 'ec2.*.amazonaws.com.cn'],
    ['aws-us-gov', 'ec2.*.amazonaws.com'],
  ] as const)('names principals and EC2 as they are called in the partition %s', (partition, service) => {
    const text = JSON.stringify([
      keyPolicy({ ...parties, partition }),
      ...neededActions.map((each) => statementFor(each, { ...parties, partition })),
    ]);
    expect(text.match(/arn:[\w-]+:iam/g)).toEqual(expect.arrayContaining([`arn:${partition}:iam`]));
    expect(text).not.toContain('arn:aws:');
    expect(text).toContain(`"kms:ViaService":"${service}"`);
  });

  it('is a policy that KMS takes', () => {
    expect(() => parseKeyPolicy(JSON.stringify(keyPolicy(parties)))).not.toThrow();
  });
});

describe('the statement that a denied action wants', () => {
  /** The actions that no check can try. */
  const more: Readonly<Record<string, string | string[]>> = {
    DescribeKey: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'],
    ReEncrypt: 'kms:ReEncrypt*',
    CreateGrant: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
  };

  it.each(neededActions)('allows %s, and nothing else that a check can try', (action) => {
    const { Action, Effect, Principal, Resource } = statementFor(action, parties);

    expect(Action).toEqual(more[action] ?? `kms:${action}`);
    expect({ Effect, Principal, Resource }).toEqual({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Resource: '*',
    });
  });

  it('is bound to the team where KMS knows a context', () => {
    expect(statementFor('Decrypt', parties).Condition).toEqual({
      StringEquals: { 'kms:EncryptionContext:latchkey:team': teamId },
    });
    expect(statementFor('DescribeKey', parties).Condition).toBeUndefined();
    expect(statementFor('CreateGrant', parties).Condition).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
  });
});
