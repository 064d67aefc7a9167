/** What a failed first volume tells the key's owner: the statements of the handed-out policy that only EC2's calls meet. */
import { expect, it } from '@jest/globals';
import { volumeFix } from '#lib/fleet/ec2/check-key.ts';
import { keyPolicy } from '#lib/keys/policy.ts';
import { keyArn, parties, teamId } from '#test/support/build.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', PLATFORM_ACCOUNT_ID: parties.platform });
Object.assign(process.env, { CONFIRMATION_SECONDS: '0', REQUIRE_OWNERSHIP_PROOF: 'false' });

it('names the statements as the handed-out policy has them', () => {
  const sids = ['LatchkeyGrantsForAwsResources', 'LatchkeyUsesTheKeyForVolumes'];
  const handedOut = keyPolicy(parties).Statement.filter(({ Sid }) => sids.includes(Sid));
  const fix = volumeFix({ keyArn, teamId });

  expect(JSON.parse(fix.slice(fix.indexOf('[')))).toEqual(handedOut);
  expect(volumeFix({ keyArn: 'arn:aws:kms:us-east-1:210987654321:alias/latchkey-prod', teamId })).toBe('');
});
