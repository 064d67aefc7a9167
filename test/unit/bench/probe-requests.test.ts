/** The number of KMS requests that the cost model assumes for a check. */
import { KMSClient } from '@aws-sdk/client-kms';
import { expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { keyArn } from '#test/support/build.ts';
import { requestsOfProbe } from '../../../bench/scale/measured-kms.ts';

it('counts as many requests of a probe as a probe makes', async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    PLATFORM_ACCOUNT_ID: '210987654321',
    DATA_PLANE_ROLE_ARN: 'arn:aws:iam::210987654321:role/server',
  });
  Object.assign(process.env, { CONFIRMATION_SECONDS: '0', REQUIRE_OWNERSHIP_PROOF: 'false' });
  const kms = mockClient(KMSClient);
  kms.onAnyCommand().resolves({});
  await keyProbe().probe(keyArn, { 'latchkey:team': 'team_1' });
  const sent = kms.calls().map(({ args: [command] }) => command.constructor.name.replace('Command', ''));

  expect(sent.sort()).toEqual([...requestsOfProbe].sort());
});
