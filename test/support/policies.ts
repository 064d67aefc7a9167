/** Key policies that lack one action; the onboarding policy has wildcards. */
import { type Action, neededActions } from '#lib/model/key.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { customerAccount, platformAccount } from '#local/accounts.ts';

/** The actions that allow what is needed, one by one. */
const spelled: { readonly [A in Action]: readonly string[] } = {
  DescribeKey: ['kms:DescribeKey'],
  Encrypt: ['kms:Encrypt'],
  Decrypt: ['kms:Decrypt'],
  ReEncrypt: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  GenerateDataKey: ['kms:GenerateDataKey'],
  GenerateDataKeyWithoutPlaintext: ['kms:GenerateDataKeyWithoutPlaintext'],
  CreateGrant: ['kms:CreateGrant'],
  RevokeGrant: ['kms:RevokeGrant'],
};

/** The policy of a customer's key that allows all that the platform needs, apart from one action. */
export function policyWithout(missing: Action | null): string {
  const [owner] = keyPolicy({
    customer: customerAccount,
    platform: platformAccount,
    partition: 'aws',
    teamId: null,
  }).Statement;
  const Action = [
    ...neededActions.filter((each) => each !== missing).flatMap((each) => spelled[each]),
    'kms:GetKeyRotationStatus',
    'kms:ListGrants',
  ];
  const ours = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${platformAccount}:root` }, Action, Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [owner, ours] });
}
