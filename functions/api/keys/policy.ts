/** GET /v1/key-policy: the policy to create a key with, in one word. */
import { keyConfig } from '#lib/config.ts';
import { GetKeyPolicy } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { keyPolicy, templateParties } from '#lib/keys/policy.ts';

export const handler = endpoint(GetKeyPolicy, () => async ({ account, caller }) => {
  const filled = account === undefined ? templateParties : { customer: account, platform: keyConfig().PLATFORM_ACCOUNT_ID };
  return keyPolicy({ ...filled, teamId: caller?.teamId ?? null });
});
