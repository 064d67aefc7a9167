/**
 * The key policy that we hand out, and the statement that each needed action wants. No value holds a blank: the
 * seed's shell line splits on them.
 */

import type { Action, PolicyStatement } from './key.ts';
import { domainOf, type Partition } from './key-arn.ts';

export interface PolicyParties {
  /** The customer's account id, or the template's placeholder. */
  readonly customer: string;
  readonly platform: string;
  /** The partition of the key and of both accounts: a principal cannot use a key of another partition. */
  readonly partition: Partition;
  /** Binds every use to this team's encryption context; null leaves it open to all teams of the platform. */
  readonly teamId: string | null;
}

/** The placeholders of the policy template, which `envsubst` fills in as in the tour of the README. */
export const templateAccounts = { customer: '${AWS_ACCOUNT_ID}', platform: '${HEROKU_DATA_ACCOUNT_ID}' };

const root = (partition: Partition, accountId: string) => ({ AWS: `arn:${partition}:iam::${accountId}:root` });

export const keyPolicy = (parties: PolicyParties) => ({
  Version: '2012-10-17',
  Id: 'latchkey',
  Statement: [
    {
      Sid: 'CustomerAdministersTheKey',
      Effect: 'Allow',
      Principal: root(parties.partition, parties.customer),
      Action: 'kms:*',
      Resource: '*',
    },
    statement('LatchkeyReadsTheKeysState', ['kms:DescribeKey', 'kms:GetKeyRotationStatus'], parties),
    statement('LatchkeyUsesTheKey', ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], parties),
    grants(parties),
    ...(parties.teamId ? [volumes(parties)] : []),
  ],
});

/**
 * The statements that EC2 needs for volumes under the key. Only EC2's calls meet their conditions, so no check can
 * probe them. Their Sids differ from those of the handed-out policy, since Sids are unique within a policy.
 */
export const volumeStatements = (parties: PolicyParties): PolicyStatement[] => [
  statementFor('CreateGrant', parties),
  volumes(parties, 'LatchkeyNeedsVolumes'),
];

const grants = (parties: PolicyParties): PolicyStatement =>
  statement('LatchkeyGrantsForAwsResources', ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], parties);

/**
 * EC2 uses a volume's key under a context of its own, which names the volume, so a use that is bound to the team
 * doesn't cover it. It is bound to EC2 acting for the platform instead. Source: EBS user guide, "How Amazon EBS
 * encryption works": the calls, and the context `aws:ebs:id`.
 */
export const volumes = (
  { platform, partition }: PolicyParties,
  Sid = 'LatchkeyUsesTheKeyForVolumes',
): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Principal: root(partition, platform),
  Action: ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncrypt*'],
  Resource: '*',
  Condition: {
    StringLike: { 'kms:ViaService': `ec2.*.${domainOf(partition)}` },
    StringEquals: { 'kms:CallerAccount': platform },
  },
});

/** The smallest statement that allows a needed action and the related actions that no check can probe. */
export const statementFor = (action: Action, parties: PolicyParties): PolicyStatement =>
  statement(`LatchkeyNeeds${action}`, wider[action] ?? [`kms:${action}`], parties);

const wider: Readonly<Partial<Record<Action, readonly string[]>>> = {
  DescribeKey: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'],
  ReEncrypt: ['kms:ReEncrypt*'],
  CreateGrant: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
};

function statement(
  Sid: string,
  actions: readonly string[],
  { platform, partition, teamId }: PolicyParties,
): PolicyStatement {
  const bare: PolicyStatement = {
    Sid,
    Effect: 'Allow',
    Principal: root(partition, platform),
    Action: actions.length === 1 ? (actions[0] ?? '') : actions,
    Resource: '*',
  };
  if (actions.some((action) => action.endsWith('Grant')))
    return { ...bare, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
  if (teamId && !actions.includes('kms:DescribeKey'))
    return { ...bare, Condition: { StringEquals: { 'kms:EncryptionContext:latchkey:team': teamId } } };
  return bare;
}
