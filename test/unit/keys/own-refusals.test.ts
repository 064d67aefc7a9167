/** A probe of which the platform's own policies refuse a part: what KMS denies without a reason is then unknown too. */

import { DecryptCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { beforeEach, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { keyProbe } from '#lib/aws/kms-probe.ts';
import { useLogLines } from '#lib/log.ts';
import { judge } from '#lib/model/key-check.ts';
import { at, keyArn, parties } from '#test/support/build.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  PLATFORM_ACCOUNT_ID: '210987654321',
  DATA_PLANE_ROLE_ARN: 'arn:aws:iam::210987654321:role/server',
  CONFIRMATION_SECONDS: '0',
  REQUIRE_OWNERSHIP_PROOF: 'false',
});
const kms = mockClient(KMSClient);
let logged: string[];
beforeEach(() => {
  kms.reset();
  kms.onAnyCommand().resolves({ CiphertextBlob: Buffer.from('sealed'), $metadata: {} });
  logged = [];
  useLogLines((line) => logged.push(line));
});

const denial = (message: string) => Object.assign(new Error(message), { name: 'AccessDeniedException' });
const verdictNow = async () => {
  const { verdict, cause } = judge(await keyProbe().probe(keyArn, {}), { arn: keyArn, at, parties });
  return [verdict, cause];
};
const unexplained = denial('The ciphertext refers to a customer master key that you are not allowed to access.');
const own = denial('User: a is not authorized to perform: b because no identity-based policy allows the b action');

it('counts a denial without a reason as the customer’s', async () => {
  kms.on(DecryptCommand).rejects(unexplained);

  expect(await verdictNow()).toEqual(['unusable', 'access_denied']);
});

it('counts it as unknown while the platform’s own policies refuse another call, and logs their text once', async () => {
  kms.on(DecryptCommand).rejects(unexplained);
  kms.on(DescribeKeyCommand).rejects(own);

  expect(await verdictNow()).toEqual(['unknown', 'platform_permission_missing']);
  expect(await verdictNow()).toEqual(['unknown', 'platform_permission_missing']);
  expect(logged.filter((line) => line.includes('no identity-based policy'))).toHaveLength(1);
});

it('still sees a denial by the key policy beside it', async () => {
  kms
    .on(DecryptCommand)
    .rejects(
      denial('… because no resource-based policies allow access, or a resource-based policy explicitly denies access'),
    );
  kms.on(DescribeKeyCommand).rejects(own);

  expect(await verdictNow()).toEqual(['unusable', 'access_denied']);
});
