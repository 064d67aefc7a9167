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
  stranger,
} from './fixture.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await aBench();
});
afterEach(() => bench.close());

const hidden = (action: string) =>
  `User: ${platform.arn} is not authorized to perform: ${action} on this resource because the resource does not ` +
  'exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies ' +
  'access';

describe('another account', () => {
  it('has no way in by the default policy', async () => {
    const KeyId = await bench.key();
    await expect(bench.as(platform)('DescribeKey', { KeyId })).rejects.toMatchObject({
      ...denied,
      message: hidden('kms:DescribeKey'),
    });
    await expect(bench.as(platform)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject(denied);
  });

  it.each([
    ['its bare id', platform.accountId],
    ['its root', `arn:aws:iam::${platform.accountId}:root`],
    ['the role', platform.arn],
  ])('is allowed by a policy that names %s, and to what it names only', async (_how, AWS) => {
    const KeyId = await bench.key({
      Policy: policyWith({ ...allowPlatform(['kms:DescribeKey', 'kms:GenerateDataKey*']), Principal: { AWS } }),
    });
    expect(await bench.as(platform)('DescribeKey', { KeyId })).toHaveProperty('KeyMetadata');
    expect(await bench.as(platform)('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' })).toMatchObject({
      KeyId,
    });
    await expect(bench.as(platform)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject(denied);
    await expect(bench.as(stranger)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
  });

  it('is not allowed for another of its roles', async () => {
    const KeyId = await bench.key({
      Policy: policyWith({ ...allowPlatform('kms:DescribeKey'), Principal: { AWS: platform.arn } }),
    });
    await expect(bench.as(dataPlane)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
  });

  it.each([
    ['EnableKey', {}],
    ['DisableKey', {}],
    ['ScheduleKeyDeletion', {}],
    ['CancelKeyDeletion', {}],
    ['EnableKeyRotation', {}],
    ['DisableKeyRotation', {}],
    ['RotateKeyOnDemand', {}],
    ['ListKeyRotations', {}],
    ['GetKeyPolicy', {}],
    ['ListKeyPolicies', {}],
    ['PutKeyPolicy', { Policy: policyWith() }],
    ['UpdateKeyDescription', { Description: 'mine now' }],
    ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    ['UntagResource', { TagKeys: ['a'] }],
    ['ListResourceTags', {}],
    ['CreateAlias', { AliasName: 'alias/a' }],
    ['ListAliases', {}],
  ])('may never call %s, whatever the policy says', async (operation, input) => {
    const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:*')) });
    const target = operation === 'CreateAlias' ? { TargetKeyId: KeyId } : { KeyId };
    await expect(bench.as(platform)(operation, { ...target, ...input })).rejects.toMatchObject(denied);
  });

  it.each(['GetKeyRotationStatus', 'ListGrants', 'DescribeKey'])(
    'may call %s where the policy allows it',
    async (operation) => {
      const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:*')) });
      expect(await bench.as(platform)(operation, { KeyId })).toBeTruthy();
    },
  );

  it('needs the full ARN: an id or an alias name means its own account', async () => {
    const arn = await bench.key({ Policy: policyWith(allowPlatform('kms:*')) });
    await bench.as(owner)('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
    const id = arn.split('/')[1];
    await expect(bench.as(platform)('DescribeKey', { KeyId: id })).rejects.toMatchObject({
      code: 'NotFoundException',
      message: `Key 'arn:aws:kms:us-east-1:${platform.accountId}:key/${id}' does not exist`,
    });
    await expect(bench.as(platform)('DescribeKey', { KeyId: 'alias/redis' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    const byAliasArn = await bench.as(platform)('DescribeKey', {
      KeyId: 'arn:aws:kms:us-east-1:111122223333:alias/redis',
    });
    expect((byAliasArn.KeyMetadata as Answer).Arn).toBe(arn);
  });

  it('cannot distinguish a missing key from one that it may not use', async () => {
    const KeyId = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
    await expect(bench.as(platform)('DescribeKey', { KeyId })).rejects.toMatchObject({
      ...denied,
      message: hidden('kms:DescribeKey'),
    });
  });
});

describe("a key's own account", () => {
  it('reads which policy said no', async () => {
    const Policy = policyWith({ Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' });
    const KeyId = await bench.key({ Policy });
    const user = { ...owner, arn: 'arn:aws:iam::111122223333:user/other' };
    await expect(bench.as(owner)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject({
      ...denied,
      message:
        `User: ${owner.arn} is not authorized to perform: kms:Encrypt on resource: ${KeyId} with an explicit ` +
        'deny in a resource-based policy',
    });
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: onlyOwner(owner.arn) });
    await expect(bench.as(user)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject({
      ...denied,
      message:
        `User: ${user.arn} is not authorized to perform: kms:Encrypt on resource: ${KeyId} because no ` +
        'resource-based policy allows the kms:Encrypt action',
    });
  });

  const onlyOwner = (arn: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'kms:*', Resource: '*' }],
    });

  it('may not lock itself out of the policy, unless it insists', async () => {
    const Policy = onlyOwner('arn:aws:iam::111122223333:role/someone-else');
    const lockout = {
      code: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    };
    await expect(bench.key({ Policy })).rejects.toMatchObject(lockout);
    const KeyId = await bench.key();
    await expect(bench.as(owner)('PutKeyPolicy', { KeyId, Policy })).rejects.toMatchObject(lockout);
    expect(await bench.as(owner)('DescribeKey', { KeyId })).toHaveProperty('KeyMetadata');
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
    await expect(bench.as(owner)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
  });

  it('has a changed policy in force at once', async () => {
    const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:*')) });
    expect(await bench.as(platform)('DescribeKey', { KeyId })).toHaveProperty('KeyMetadata');
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith() });
    await expect(bench.as(platform)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
    expect(await bench.as(owner)('GetKeyPolicy', { KeyId })).toEqual({ Policy: policyWith(), PolicyName: 'default' });
  });
});

describe('conditions of a request', () => {
  it('bind use to an encryption context', async () => {
    const condition = { StringEquals: { 'kms:EncryptionContext:shop:team': 'acme' } };
    const KeyId = await bench.key({
      Policy: policyWith(allowPlatform(['kms:GenerateDataKey', 'kms:Decrypt'], condition)),
    });
    const ask = (EncryptionContext: object) =>
      bench.as(platform)('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext });
    expect(await ask({ 'shop:team': 'acme', 'shop:database': 'db_1' })).toHaveProperty('Plaintext');
    await expect(ask({ 'shop:team': 'globex' })).rejects.toMatchObject(denied);
    await expect(ask({})).rejects.toMatchObject(denied);
  });

  it('are not fooled by a second key that differs by case', async () => {
    const condition = { StringEquals: { 'kms:EncryptionContext:team': 'acme' } };
    const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:GenerateDataKey', condition)) });
    const EncryptionContext = { team: 'globex', Team: 'acme' };
    await expect(
      bench.as(platform)('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext }),
    ).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('know by which service a call comes', async () => {
    const condition = {
      StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:CallerAccount': platform.accountId },
    };
    const KeyId = await bench.key({ Policy: policyWith(allowPlatform('kms:GenerateDataKey*', condition)) });
    const input = { KeyId, KeySpec: 'AES_256' };
    expect(await bench.as(dataPlane)('GenerateDataKeyWithoutPlaintext', input)).toHaveProperty('CiphertextBlob');
    await expect(bench.as(platform)('GenerateDataKeyWithoutPlaintext', input)).rejects.toMatchObject(denied);
  });

  it('re-encryption needs a right on either key', async () => {
    const from = await bench.key({ Policy: policyWith(allowPlatform(['kms:Encrypt', 'kms:ReEncryptFrom'])) });
    const to = await bench.key({ Policy: policyWith(allowPlatform('kms:ReEncryptTo')) });
    const { CiphertextBlob } = await bench.as(platform)('Encrypt', { KeyId: from, Plaintext: base64('x') });
    expect(await bench.as(platform)('ReEncrypt', { CiphertextBlob, DestinationKeyId: to })).toMatchObject({
      SourceKeyId: from,
      KeyId: to,
    });
    await expect(bench.as(platform)('ReEncrypt', { CiphertextBlob, DestinationKeyId: from })).rejects.toMatchObject({
      ...denied,
      message: hidden('kms:ReEncryptTo'),
    });
  });
});
