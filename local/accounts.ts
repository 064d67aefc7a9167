/**
 * Accounts by access key: `LKIA` + a 12-digit account id is a principal of that account, and a final `EC2` makes it EC2
 * acting for the account's data plane (a grant it creates is "for an AWS resource").
 * Does not: check the request's signature or secret. These principals are administrators; `principals.ts` adds the
 * functions' roles.
 */
import { AwsError, type Caller } from 'aws-local/protocol';

export const region = 'us-east-1';
export const customerAccount = '111122223333';
export const platformAccount = '210987654321';
export const dataPlaneRole = `arn:aws:iam::${platformAccount}:role/latchkey-data-plane`;

export const accessKey = (accountId: string) => `LKIA${accountId}`;
export const dataPlaneAccessKey = `${accessKey(platformAccount)}EC2`;

/** Throws `UnrecognizedClientException`, as AWS does, for an access key that stands for no account. */
export function callerOf(accessKeyId: string): Caller {
  const [, accountId, service] = /^LKIA(\d{12})(EC2)?$/.exec(accessKeyId) ?? [];
  if (!accountId)
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  if (service)
    return {
      accountId,
      arn: `arn:aws:iam::${accountId}:role/latchkey-data-plane`,
      viaService: `ec2.${region}.amazonaws.com`,
    };
  const name = accountId === platformAccount ? 'role/latchkey-control-plane' : 'user/admin';
  return { accountId, arn: `arn:aws:iam::${accountId}:${name}` };
}
