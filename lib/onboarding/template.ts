/**
 * The CloudFormation template for a customer's account: the key with a least-privilege policy, its alias, yearly
 * rotation, and the rules that forward events of the key to the platform.
 */

import { provingCall, withReads } from '#lib/model/delivery-proof.ts';
import { partitionOf } from '#lib/model/key-arn.ts';
import { callDetailType, directEvents, newsworthyCalls, ownersCall } from '#lib/model/key-event.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { guardConditions, guardParameters, guardStatement } from './deletion-guard.ts';

export interface Platform {
  readonly accountId: string;
  readonly region: string;
  readonly busName: string;
}

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

const ref = (Ref: string) => ({ Ref });
const attribute = (...path: readonly [string, string]) => ({ 'Fn::GetAtt': path });
const substituted = (text: string) => ({ 'Fn::Sub': text });

/** Bound to a team, which is a parameter of the stack if the caller gives none. */
export const onboardingTemplate = (platform: Platform, teamId: string | null) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'A KMS key for Latchkey databases, and the rules that tell Latchkey when the key changes',
  Parameters: {
    LatchkeyTeam: {
      Type: 'String',
      Description: 'The id of your team. Only requests that Latchkey makes for this team may use the key.',
      AllowedPattern: '^team_[0-9a-z]{26}$',
      ...(teamId ? { Default: teamId } : {}),
    },
    AliasName: {
      Type: 'String',
      Description: 'A name for the key in your account',
      Default: 'alias/latchkey',
      AllowedPattern: '^alias/(?!aws/)[A-Za-z0-9/_-]+$',
    },
    DeletionWaitingDays: {
      Type: 'Number',
      Description: 'How long a scheduled deletion of the key can be cancelled',
      Default: 30,
      MinValue: 7,
      MaxValue: 30,
    },
    ...guardParameters,
  },
  Conditions: guardConditions,
  Rules: {
    RegionOfTheDatabases: {
      Assertions: [
        {
          Assert: { 'Fn::Equals': [ref('AWS::Region'), platform.region] },
          AssertDescription: `Databases run in ${platform.region}, and the key of a volume must be in its Region.`,
        },
      ],
    },
  },
  Resources: { ...key(platform), ...forwarder(platform) },
  Outputs: {
    KeyArn: { Description: 'Give it to POST /v1/keys, or to --encryption-key', Value: attribute('Key', 'Arn') },
  },
});

const key = ({ accountId, region }: Platform) => ({
  Key: {
    Type: 'AWS::KMS::Key',
    // Deleting the stack must not delete the key, and so the data.
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Description: 'Encrypts Latchkey databases. Disabling it stops them; enabling it brings them back.',
      EnableKeyRotation: true,
      PendingWindowInDays: ref('DeletionWaitingDays'),
      KeyPolicy: guarded(
        keyPolicy({
          customer: '${AWS::AccountId}',
          platform: accountId,
          partition: partitionOf(region),
          teamId: '${LatchkeyTeam}',
        }),
      ),
    },
  },
  KeyAlias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: ref('AliasName'), TargetKeyId: ref('Key') } },
});

const guarded = ({ Statement, ...policy }: ReturnType<typeof keyPolicy>): Json => ({
  ...policy,
  Statement: [...Statement.map(withSubstitutions), guardStatement],
});

/** Only events about this key leave the account. */
const forwarder = ({ region, accountId, busName }: Platform) => {
  const bus = `arn:${partitionOf(region)}:events:${region}:${accountId}:event-bus/${busName}`;
  const arn = attribute('Key', 'Arn');
  return {
    ForwarderRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Description: 'Lets EventBridge send events about the key to Latchkey, and nothing else',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'forward',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }],
            },
          },
        ],
      },
    },
    CallsRule: rule(
      bus,
      'Calls that change the key, and one by which Latchkey sees that it hears of them, as CloudTrail records them',
      {
        State: withReads,
        EventPattern: {
          'detail-type': [callDetailType],
          detail: {
            eventSource: ['kms.amazonaws.com'],
            resources: { ARN: [arn] },
            $or: [
              { eventName: [...newsworthyCalls] },
              { eventName: [ownersCall], userIdentity: { accountId: [ref('AWS::AccountId')] } },
              { eventName: [provingCall], userIdentity: { accountId: [accountId] } },
            ],
          },
        },
      },
    ),
    NoticesRule: rule(bus, 'What KMS reports about the key by itself', {
      EventPattern: { 'detail-type': [...directEvents], resources: [arn] },
    }),
  };
};

interface RuleProperties {
  readonly State?: string;
  readonly EventPattern: { readonly [name: string]: Json };
}

const rule = (bus: string, description: string, { EventPattern, ...state }: RuleProperties) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Description: description,
    ...state,
    EventPattern: { source: ['aws.kms'], ...EventPattern },
    Targets: [{ Id: 'latchkey', Arn: bus, RoleArn: attribute('ForwarderRole', 'Arn') }],
  },
});

/** Strings with a placeholder become `Fn::Sub`. */
function withSubstitutions(value: unknown): Json {
  if (typeof value === 'string') return value.includes('${') ? substituted(value) : value;
  if (Array.isArray(value)) return value.map(withSubstitutions);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSubstitutions(member)]));
}
