/** What a failed first volume reports to the key's owner: the policy's statements that only EC2's calls use. */
import { expect, it } from '@jest/globals';
import { volumeFix } from '#lib/fleet/ec2/check-key.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { keyArn, parties, teamId } from '#test/support/build.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', PLATFORM_ACCOUNT_ID: parties.platform });
Object.assign(process.env, { CONFIRMATION_SECONDS: '0', REQUIRE_OWNERSHIP_PROOF: 'false' });

it('names the statements as the handed-out policy has them, under Sids that can be pasted beside it', () => {
  const handedOut = keyPolicy(parties).Statement.filter(({ Sid }) => /Grants|Volumes/.test(Sid));
  const fix = volumeFix({ keyArn, teamId });
  const statements = JSON.parse(fix.slice(fix.indexOf('['))) as { Sid: string }[];

  const withoutSid = (statement: { Sid: string }) => ({ ...statement, Sid: '' });
  expect(statements.map(withoutSid)).toEqual(handedOut.map(withoutSid));
  expect(
    statements.map(({ Sid }) => Sid).filter((sid) => keyPolicy(parties).Statement.some(({ Sid }) => Sid === sid)),
  ).toEqual([]);
  expect(volumeFix({ keyArn: 'arn:aws:kms:us-east-1:210987654321:alias/latchkey-prod', teamId })).toBe('');
});
