/** The principals of the tests: an administrator of each account, and roles of the platform's account. */
import { createCallerOf } from '../src/accounts.ts';

export const region = 'us-east-1';
export const customerAccount = '111122223333';
export const platformAccount = '210987654321';
export const dataPlaneRole = `arn:aws:iam::${platformAccount}:role/data-plane`;

export const accessKey = (accountId: string): string => accountId;
export const dataPlaneAccessKey = 'AKIADATAPLANE';

/** The data plane's role acts through EC2, so a grant that it creates is for an AWS resource. */
export const callerOf = createCallerOf({
  [platformAccount]: { accountId: platformAccount, arn: `arn:aws:iam::${platformAccount}:role/control-plane` },
  [dataPlaneAccessKey]: { accountId: platformAccount, arn: dataPlaneRole, viaService: `ec2.${region}.amazonaws.com` },
});
