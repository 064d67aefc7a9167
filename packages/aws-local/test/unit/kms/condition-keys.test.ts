/**
 * Which condition keys a request to KMS has.
 * Source: KMS guide, "AWS KMS condition keys"; IAM guide, "AWS global condition context keys".
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  aBench,
  allowPlatform,
  type Bench,
  base64,
  dataPlane,
  denied,
  owner,
  platform,
  policyWith,
} from './fixture.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await aBench();
});
afterEach(() => bench.close());

const deniedWhen = (Condition: object, Action = 'kms:*') =>
  policyWith({ Effect: 'Deny', Principal: '*', Action, Resource: '*', Condition });

/** Whether the operation is one that the condition is about: a deny with the condition refuses it. */
async function isAbout(
  Condition: object,
  operation: string,
  { input = {}, key = {} }: { input?: Answer; key?: Answer } = {},
) {
  const KeyId = await bench.key({ ...key, Policy: deniedWhen(Condition, `kms:${operation}`) });
  const outcome = bench.as(owner)(operation, { KeyId, ...input });
  return outcome.then(
    () => false,
    (error: { code: string }) => {
      if (error.code !== denied.code) throw error;
      return true;
    },
  );
}

const bypassing = { Policy: policyWith(), BypassPolicyLockoutSafetyCheck: true };
const yearly = { RotationPeriodInDays: 365 };
const weekly = { PendingWindowInDays: 7 };
const plaintext = { Plaintext: base64('x') };
const tags = { Tags: [{ TagKey: 'team', TagValue: 'acme' }] };
const asGrantee = { GranteePrincipal: platform.arn, Operations: ['Decrypt', 'Encrypt'], RetiringPrincipal: owner.arn };

type Row = [condition: object, operation: string, given: { input?: Answer; key?: Answer }, isAbout: boolean];

describe('a request has the condition key', () => {
  it.each<Row>([
    [
      { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
      'ScheduleKeyDeletion',
      { input: weekly },
      true,
    ],
    [{ NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }, 'ScheduleKeyDeletion', {}, false],
    [{ NumericEquals: { 'kms:RotationPeriodInDays': 365 } }, 'EnableKeyRotation', { input: yearly }, true],
    [
      { NumericEquals: { 'kms:RotationPeriodInDays': 365 } },
      'EnableKeyRotation',
      { input: { RotationPeriodInDays: 90 } },
      false,
    ],
    [{ Bool: { 'kms:MultiRegion': 'true' } }, 'DescribeKey', { key: { MultiRegion: true } }, true],
    [{ Bool: { 'kms:MultiRegion': 'true' } }, 'DescribeKey', {}, false],
    [{ StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, 'DescribeKey', { key: { MultiRegion: true } }, true],
    [{ Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }, 'PutKeyPolicy', { input: bypassing }, true],
    [
      { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
      'PutKeyPolicy',
      { input: { Policy: policyWith() } },
      false,
    ],
    [{ StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }, 'Encrypt', { input: plaintext }, true],
    [{ StringEquals: { 'aws:ResourceTag/team': 'acme' } }, 'DescribeKey', { key: tags }, true],
    [{ StringEquals: { 'aws:RequestTag/team': 'acme' } }, 'TagResource', { input: tags }, true],
    [
      { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } },
      'UntagResource',
      { input: { TagKeys: ['team'] } },
      true,
    ],
    [
      { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] } },
      'CreateGrant',
      { input: asGrantee },
      true,
    ],
    [{ 'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Decrypt' } }, 'CreateGrant', { input: asGrantee }, false],
    [
      { ArnLike: { 'kms:RetiringPrincipal': 'arn:aws:iam::111122223333:user/*' } },
      'CreateGrant',
      { input: asGrantee },
      true,
    ],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, 'DescribeKey', {}, false],
    [{ StringEquals: { 'aws:username': 'admin' } }, 'DescribeKey', {}, true],
    [{ StringEquals: { 'aws:PrincipalType': 'User' } }, 'DescribeKey', {}, true],
    [{ Null: { 'aws:MultiFactorAuthPresent': 'true' } }, 'DescribeKey', {}, true],
    [{ StringNotEquals: { 'aws:SourceVpce': 'vpce-1234abcd' } }, 'DescribeKey', {}, true],
    [{ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, 'DescribeKey', {}, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, 'DescribeKey', {}, false],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2025-12-31T23:59:59Z' } }, 'DescribeKey', {}, true],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, 'DescribeKey', {}, false],
    [
      { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:ResourceAccount': owner.accountId } },
      'DescribeKey',
      {},
      true,
    ],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, 'DescribeKey', {}, false],
  ])('%j of %s with %j: %j', async (...[condition, operation, given, outcome]) => {
    expect(await isAbout(condition, operation, given)).toBe(outcome);
  });

  it('kms:ResourceAliases, and kms:RequestAlias if the request names the key by one', async () => {
    const KeyId = await bench.key();
    await bench.as(owner)('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: KeyId });
    const put = (condition: object) =>
      bench.as(owner)('PutKeyPolicy', { KeyId, Policy: deniedWhen(condition, 'kms:Encrypt') });

    await put({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/redis' } });
    await expect(bench.as(owner)('Encrypt', { KeyId, ...plaintext })).rejects.toMatchObject(denied);

    await put({ StringEquals: { 'kms:RequestAlias': 'alias/redis' } });
    expect(await bench.as(owner)('Encrypt', { KeyId, ...plaintext })).toHaveProperty('CiphertextBlob');
    await expect(bench.as(owner)('Encrypt', { KeyId: 'alias/redis', ...plaintext })).rejects.toMatchObject(denied);
  });

  it('kms:ReEncryptOnSameKey, on either side', async () => {
    const sameKey = { Bool: { 'kms:ReEncryptOnSameKey': 'true' } };
    const from = await bench.key({
      Policy: policyWith(allowPlatform('kms:Encrypt'), allowPlatform('kms:ReEncrypt*', sameKey)),
    });
    const to = await bench.key({ Policy: policyWith(allowPlatform('kms:ReEncrypt*')) });
    const { CiphertextBlob } = await bench.as(platform)('Encrypt', { KeyId: from, ...plaintext });
    expect(await bench.as(platform)('ReEncrypt', { CiphertextBlob, DestinationKeyId: from })).toHaveProperty(
      'CiphertextBlob',
    );
    await expect(bench.as(platform)('ReEncrypt', { CiphertextBlob, DestinationKeyId: to })).rejects.toMatchObject(
      denied,
    );
  });

  it('aws:ViaAWSService, by which a service acts for a principal', async () => {
    const condition = { Bool: { 'aws:ViaAWSService': 'true' } };
    const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:DescribeKey', condition)) });
    expect(await bench.as(dataPlane)('DescribeKey', { KeyId })).toHaveProperty('KeyMetadata');
    await expect(bench.as(platform)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
  });
});
