/** GET /v1/key-policy: the policy to create a key with, in one word. */
import { keyConfig } from '#lib/config.ts';
import { GetKeyPolicy } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { partitionOf } from '#lib/model/key-arn.ts';
import { keyPolicy, templateAccounts } from '#lib/model/key-policy.ts';

export const handler = endpoint(GetKeyPolicy, () => async ({ account, caller }) => {
  const { PLATFORM_ACCOUNT_ID, AWS_REGION } = keyConfig();
  const accounts = account === undefined ? templateAccounts : { customer: account, platform: PLATFORM_ACCOUNT_ID };
  return keyPolicy({ ...accounts, partition: partitionOf(AWS_REGION), teamId: caller?.teamId ?? null });
});
