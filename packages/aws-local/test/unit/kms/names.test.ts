import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, aBench, type Bench, base64, owner } from './fixture.ts';

let bench: Bench;
let call: ReturnType<Bench['as']>;
let arn: string;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
  arn = await bench.key();
});
afterEach(() => bench.close());

const described = async (KeyId: string) => ((await call('DescribeKey', { KeyId })).KeyMetadata as Answer).Arn;

describe('a key', () => {
  it('is found by its id, its ARN, its alias and its alias ARN', async () => {
    await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
    const names = [arn, String(arn.split('/')[1]), 'alias/redis', 'arn:aws:kms:us-east-1:111122223333:alias/redis'];
    for (const name of names) expect(await described(name)).toBe(arn);
  });

  it('in another Region is not here: the ARN is invalid, the id unknown', async () => {
    const elsewhere = bench.as(owner, 'eu-west-1');
    await expect(elsewhere('DescribeKey', { KeyId: arn })).rejects.toMatchObject({
      code: 'NotFoundException',
      message: 'Invalid arn us-east-1',
    });
    const id = arn.split('/')[1];
    await expect(elsewhere('DescribeKey', { KeyId: id })).rejects.toMatchObject({
      code: 'NotFoundException',
      message: `Key 'arn:aws:kms:eu-west-1:111122223333:key/${id}' does not exist`,
    });
    expect(await elsewhere('ListKeys')).toEqual({ Keys: [], Truncated: false });
    const { CiphertextBlob } = await call('Encrypt', { KeyId: arn, Plaintext: base64('x') });
    await expect(elsewhere('Decrypt', { CiphertextBlob })).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it.each([
    ['fake-key-id', 'NotFoundException', "Invalid keyId 'fake-key-id'"],
    ['134f2428cec14b25a1ae9048164dba47', 'NotFoundException', "Invalid keyId '134f2428cec14b25a1ae9048164dba47'"],
    ['mrk-fake-key-id', 'NotFoundException', "Invalid keyId 'mrk-fake-key-id'"],
    ['alias/none', 'NotFoundException', 'Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.'],
    ['arn:aws:s3:::bucket', 'InvalidArnException', 'Invalid arn arn:aws:s3:::bucket'],
    [
      'arn:aws:kms:us-east-1:111122223333:key/',
      'InvalidArnException',
      'Invalid arn arn:aws:kms:us-east-1:111122223333:key/',
    ],
  ])('is not found as %s', async (KeyId, code, message) => {
    await expect(call('DescribeKey', { KeyId })).rejects.toMatchObject({ code, message });
  });

  it('must be named', async () => {
    await expect(call('DescribeKey')).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
    });
    await expect(call('DescribeKey', { KeyId: 7 })).rejects.toMatchObject({ code: 'SerializationException' });
  });

  it.each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'GetKeyPolicy', 'ListGrants', 'GetKeyRotationStatus'])(
    'is not managed by its alias: %s',
    async (operation) => {
      await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
      await expect(call(operation, { KeyId: 'alias/redis' })).rejects.toMatchObject({ code: 'NotFoundException' });
    },
  );
});

describe('an alias', () => {
  it('is listed, moved and deleted', async () => {
    await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
    const other = await bench.key();
    bench.passDays(1);
    await call('UpdateAlias', { AliasName: 'alias/redis', TargetKeyId: other });
    const created = Date.parse('2026-01-01T00:00:00Z') / 1000;
    const entry = {
      AliasName: 'alias/redis',
      AliasArn: 'arn:aws:kms:us-east-1:111122223333:alias/redis',
      TargetKeyId: other.split('/')[1],
      CreationDate: created,
      LastUpdatedDate: created + 86_400,
    };
    expect(await call('ListAliases')).toEqual({ Aliases: [entry], Truncated: false });
    expect(await call('ListAliases', { KeyId: other })).toEqual({ Aliases: [entry], Truncated: false });
    expect(await call('ListAliases', { KeyId: arn })).toEqual({ Aliases: [], Truncated: false });
    await call('DeleteAlias', { AliasName: 'alias/redis' });
    expect(await call('ListAliases')).toEqual({ Aliases: [], Truncated: false });
  });

  it('is there once', async () => {
    await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
    await expect(call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn })).rejects.toMatchObject({
      code: 'AlreadyExistsException',
      message: 'An alias with the name arn:aws:kms:us-east-1:111122223333:alias/redis already exists',
    });
  });

  it.each([
    ['redis', 'ValidationException'],
    ['alias/', 'ValidationException'],
    ['alias/with space', 'ValidationException'],
    ['alias/aws/ebs', 'NotAuthorizedException'],
  ])('may not be called %j', async (AliasName, code) => {
    await expect(call('CreateAlias', { AliasName, TargetKeyId: arn })).rejects.toMatchObject({ code });
  });

  it('that does not exist can be neither moved nor deleted', async () => {
    const missing = {
      code: 'NotFoundException',
      message: 'Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.',
    };
    await expect(call('UpdateAlias', { AliasName: 'alias/none', TargetKeyId: arn })).rejects.toMatchObject(missing);
    await expect(call('DeleteAlias', { AliasName: 'alias/none' })).rejects.toMatchObject(missing);
  });

  it('stays with keys of one kind', async () => {
    await call('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: arn });
    const TargetKeyId = await bench.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    await expect(call('UpdateAlias', { AliasName: 'alias/redis', TargetKeyId })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('tags', () => {
  it('are added, replaced, removed and listed in pages', async () => {
    await call('TagResource', { KeyId: arn, Tags: [tag('a', '1'), tag('b', '2'), tag('c', '3')] });
    await call('TagResource', { KeyId: arn, Tags: [tag('a', '9')] });
    await call('UntagResource', { KeyId: arn, TagKeys: ['b', 'none'] });
    const first = await call('ListResourceTags', { KeyId: arn, Limit: 1 });
    expect(first).toMatchObject({ Tags: [tag('a', '9')], Truncated: true });
    expect(await call('ListResourceTags', { KeyId: arn, Marker: first.NextMarker })).toEqual({
      Tags: [tag('c', '3')],
      Truncated: false,
    });
  });

  const tag = (TagKey: string, TagValue: string) => ({ TagKey, TagValue });
  it.each([
    ['twice the same', [tag('a', '1'), tag('a', '2')], 'TagException'],
    ["AWS's own", [tag('aws:x', '1')], 'TagException'],
    ['too many', Array.from({ length: 51 }, (_, index) => tag(`t${index}`, '')), 'TagException'],
    ['no key', [{ TagValue: '1' }], 'ValidationException'],
  ])('are refused: %s', async (_why, Tags, code) => {
    await expect(call('TagResource', { KeyId: arn, Tags })).rejects.toMatchObject({ code });
    await expect(bench.key({ Tags })).rejects.toMatchObject({ code });
  });
});

it.each([
  [
    { KeyId: 'x', Tags: [{ TagKey: 'a', TagValue: '' }, { TagValue: '1' }] },
    "Value null at 'tags.2.member.tagKey' failed",
    'TagResource',
  ],
  [{ KeyId: 'x', Tags: [{ TagKey: '', TagValue: '' }] }, "Value '' at 'tags.1.member.tagKey' failed", 'TagResource'],
  [
    { Operations: ['Decrypt', 'Open'] },
    "Value '[Decrypt, Open]' at 'operations' failed to satisfy constraint: Member must satisfy constraint: [Member " +
      'must',
    'CreateGrant',
  ],
])('a member of %j is named by its path', async (...[input, message, operation]) => {
  await expect(call(operation, input)).rejects.toMatchObject({
    message: expect.stringContaining(`1 validation error detected: ${message}`),
  });
});

describe('lists of keys', () => {
  it('come in pages', async () => {
    const all = [arn, await bench.key(), await bench.key()];
    const first = await call('ListKeys', { Limit: 2 });
    const rest = await call('ListKeys', { Limit: 2, Marker: first.NextMarker });
    expect([first, rest].flatMap(({ Keys }) => (Keys as Answer[]).map(({ KeyArn }) => KeyArn))).toEqual(all);
    expect(rest.Truncated).toBe(false);
  });
});

it('an operation that KMS does not have here is unknown at once', async () => {
  await expect(call('GenerateMac', { KeyId: arn })).rejects.toMatchObject({ code: 'UnknownOperationException' });
  await expect(call('toString')).rejects.toMatchObject({ code: 'UnknownOperationException' });
});
