/** The CloudFormation template for a customer's account. */
import { describe, expect, it } from '@jest/globals';
import { directEvents, newsworthyCalls } from '#lib/model/key-event.ts';
import { onboardingTemplate } from '#lib/onboarding/template.ts';
import { keyArn, teamId } from '#test/support/build.ts';
import { deployedPart } from '#test/support/cloudformation.ts';

const platform = { accountId: '210987654321', region: 'us-east-1', busName: 'latchkey-prod' };
const bus = 'arn:aws:events:us-east-1:210987654321:event-bus/latchkey-prod';
const values: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Region': 'us-east-1',
  LatchkeyTeam: teamId,
  AliasName: 'alias/latchkey',
  DeletionWaitingDays: '30',
};

const deployed = (part: unknown, parameters: Readonly<Record<string, string>> = {}): unknown =>
  deployedPart(onboardingTemplate(platform, teamId), part, {
    values: { ...values, ...parameters },
    attributes: { 'Key.Arn': keyArn },
  });

interface Statement {
  readonly Sid: string;
  readonly Principal: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Condition?: object;
}
type Deployed = Record<string, { Properties: Record<string, never> & { KeyPolicy: { Statement: Statement[] } } }>;
const resources = (parameters: Readonly<Record<string, string>> = {}) =>
  deployed(onboardingTemplate(platform, teamId).Resources, parameters) as Deployed;
const statements = (parameters?: Readonly<Record<string, string>>): readonly Statement[] =>
  resources(parameters).Key?.Properties.KeyPolicy.Statement ?? [];

describe('the template for a customer’s account', () => {
  it('makes a key that rotates and outlives its stack, and an alias for it', () => {
    const { Key, KeyAlias } = onboardingTemplate(platform, teamId).Resources;

    expect(Key).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    expect(KeyAlias.Properties.TargetKeyId).toEqual({ Ref: 'Key' });
  });

  it('lets the platform use the key for the team, for EC2’s volumes and grants, and for nothing else', () => {
    const ofPlatform = statements().filter(({ Principal }) => Principal.AWS === 'arn:aws:iam::210987654321:root');

    expect(Object.fromEntries(ofPlatform.map(({ Sid, Condition }) => [Sid, Condition ?? null]))).toEqual({
      LatchkeyReadsTheKeysState: null,
      LatchkeyUsesTheKey: { StringEquals: { 'kms:EncryptionContext:latchkey:team': teamId } },
      LatchkeyGrantsForAwsResources: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      LatchkeyUsesTheKeyForVolumes: {
        StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
        StringEquals: { 'kms:CallerAccount': '210987654321' },
      },
    });
    expect(statements().length - ofPlatform.length).toBe(1);
  });

  it('always has a team: without a token, it is a parameter of the deployment', () => {
    expect(onboardingTemplate(platform, teamId).Parameters.LatchkeyTeam).toHaveProperty('Default', teamId);

    const unbound = onboardingTemplate(platform, null);
    expect(unbound.Parameters.LatchkeyTeam).not.toHaveProperty('Default');
    expect(new RegExp(unbound.Parameters.LatchkeyTeam.AllowedPattern).test(teamId)).toBe(true);
    expect(JSON.stringify(unbound.Resources.Key)).toContain('${LatchkeyTeam}');
  });

  it('forwards what the platform listens to, of this key only, to the platform’s bus only', () => {
    const { CallsRule, NoticesRule, ForwarderRole } = resources();

    expect(CallsRule?.Properties.EventPattern).toEqual({
      source: ['aws.kms'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['kms.amazonaws.com'],
        resources: { ARN: [keyArn] },
        $or: [
          { eventName: [...newsworthyCalls] },
          { eventName: ['RetireGrant'], userIdentity: { accountId: ['111122223333'] } },
          { eventName: ['GetKeyRotationStatus'], userIdentity: { accountId: ['210987654321'] } },
        ],
      },
    });
    expect(CallsRule?.Properties.State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    expect(NoticesRule?.Properties.EventPattern).toEqual({
      source: ['aws.kms'],
      'detail-type': [...directEvents],
      resources: [keyArn],
    });
    for (const rule of [CallsRule, NoticesRule])
      expect(rule?.Properties.Targets).toEqual([{ Id: 'latchkey', Arn: bus, RoleArn: 'ForwarderRole.Arn' }]);
    expect(ForwarderRole?.Properties.Policies).toEqual([
      expect.objectContaining({
        PolicyDocument: expect.objectContaining({
          Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }],
        }),
      }),
    ]);
  });

  it('is refused in another Region than the databases’', () => {
    expect(onboardingTemplate(platform, null).Rules.RegionOfTheDatabases.Assertions[0]?.Assert).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'],
    });
  });

  it("is written in the partition of the platform's Region", () => {
    const text = JSON.stringify(onboardingTemplate({ ...platform, region: 'us-gov-west-1' }, teamId));

    expect(text).toContain('arn:aws-us-gov:events:us-gov-west-1:210987654321:event-bus/latchkey-prod');
    expect(text).toContain('arn:aws-us-gov:iam::210987654321:root');
    expect(text).not.toContain('arn:aws:');
  });

  it('says nothing that CloudFormation would not know', () => {
    expect(JSON.stringify(resources())).not.toContain('${');
  });

  it('protects the key from deletion only on request, and never from being disabled', () => {
    const guarded = statements({ DeletionGuardDays: '30' });

    expect(guarded.slice(0, -1)).toEqual(statements());
    expect(guarded.at(-1)).toEqual({
      ...{ Sid: 'KeyInUseIsNotDeleted', Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' },
      Action: 'kms:ScheduleKeyDeletion',
      Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } },
    });
  });
});
