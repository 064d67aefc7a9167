import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  aBench,
  allowPlatform,
  type Bench,
  base64,
  dataPlane,
  denied,
  dryRunSucceeded,
  owner,
  platform,
  policyOfGrants,
  policyWith,
  stranger,
  termsOfGrant,
} from './fixture.ts';

let bench: Bench;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  KeyId = await bench.key({ Policy: policyOfGrants });
});
afterEach(() => bench.close());

const create = (overrides: object = {}, caller = platform) =>
  bench.as(caller)('CreateGrant', { KeyId, ...termsOfGrant, ...overrides });
const encrypt = (EncryptionContext: object = {}) =>
  bench.as(dataPlane)('Encrypt', { KeyId, Plaintext: base64('x'), EncryptionContext });
const listed = async () => (await bench.as(owner)('ListGrants', { KeyId })).Grants as Answer[];

describe('a grant', () => {
  it('allows its operations to its grantee only, and no other operation', async () => {
    await expect(encrypt()).rejects.toMatchObject(denied);
    expect(await create()).toEqual({
      GrantId: expect.stringMatching(/^[0-9a-f]{64}$/),
      GrantToken: expect.any(String),
    });
    const { CiphertextBlob } = await encrypt();
    expect(await bench.as(dataPlane)('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('x') });
    await expect(
      bench.as(dataPlane)('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }),
    ).rejects.toMatchObject(denied);
    await expect(bench.as(stranger)('Decrypt', { CiphertextBlob })).rejects.toMatchObject(denied);
    await expect(bench.as(platform)('Decrypt', { CiphertextBlob })).rejects.toMatchObject(denied);
  });

  it('to an account is for each of its principals', async () => {
    await create({ GranteePrincipal: `arn:aws:iam::${platform.accountId}:root` });
    expect(await encrypt()).toHaveProperty('CiphertextBlob');
  });

  it('is no way around an explicit deny', async () => {
    await create();
    const deny = { Effect: 'Deny', Principal: { AWS: dataPlane.arn }, Action: 'kms:Encrypt', Resource: '*' };
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(deny) });
    await expect(encrypt()).rejects.toMatchObject(denied);
  });

  it('with an exact context holds for just that one', async () => {
    await create({ Constraints: { EncryptionContextEquals: { team: 'acme' } } });
    expect(await encrypt({ team: 'acme' })).toHaveProperty('CiphertextBlob');
    await expect(encrypt({ team: 'acme', app: 'a' })).rejects.toMatchObject(denied);
    await expect(encrypt({ team: 'globex' })).rejects.toMatchObject(denied);
    await expect(encrypt()).rejects.toMatchObject(denied);
  });

  it('with a context subset holds for all that includes it', async () => {
    await create({
      Operations: ['Encrypt', 'DescribeKey'],
      Constraints: { EncryptionContextSubset: { team: 'acme' } },
    });
    expect(await encrypt({ team: 'acme', app: 'a' })).toHaveProperty('CiphertextBlob');
    await expect(encrypt({ app: 'a' })).rejects.toMatchObject(denied);
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith() });
    expect(await bench.as(dataPlane)('DescribeKey', { KeyId })).toHaveProperty('KeyMetadata');
  });

  it('by name is made once for the same terms in any order, and anew for others', async () => {
    const first = await create({ Name: 'shop-db_1' });
    const same = await create({ Name: 'shop-db_1', Operations: [...termsOfGrant.Operations].reverse() });
    expect(same.GrantId).toBe(first.GrantId);
    expect((await create({ Name: 'shop-db_1', Operations: ['Decrypt'] })).GrantId).not.toBe(first.GrantId);
    expect((await create()).GrantId).not.toBe((await create()).GrantId);
    expect(await listed()).toHaveLength(4);
  });

  it('is described with all its terms', async () => {
    const Constraints = { EncryptionContextSubset: { team: 'acme' } };
    const { GrantId } = await create({ Name: 'mine', Constraints });
    const CreationDate = Date.parse('2026-01-01T00:00:00Z') / 1000;
    expect(await listed()).toEqual([
      {
        ...termsOfGrant,
        KeyId,
        GrantId,
        Name: 'mine',
        CreationDate,
        IssuingAccount: 'arn:aws:iam::210987654321:root',
        Constraints,
      },
    ]);
  });

  it.each([
    [{ GranteePrincipal: 'shop' }, 'InvalidArnException'],
    [{ RetiringPrincipal: '210987654321' }, 'InvalidArnException'],
    [{ Operations: ['kms:Decrypt'] }, 'ValidationException'],
    [{ Operations: [] }, 'ValidationException'],
    [{ Name: 'with space' }, 'ValidationException'],
    [
      { Constraints: { EncryptionContextEquals: { a: 'b' }, EncryptionContextSubset: { a: 'b' } } },
      'ValidationException',
    ],
    [{ GrantTokens: ['bm9uc2Vuc2U='] }, 'InvalidGrantTokenException'],
  ])('is refused with %j', async (overrides, code) => {
    await expect(create(overrides)).rejects.toMatchObject({ code });
    expect(await listed()).toEqual([]);
  });

  it('may be limited to AWS services, and to what it grants', async () => {
    const condition = {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] },
      StringEquals: {
        'kms:EncryptionContext:aws:ebs:id': 'vol-1',
        'kms:GrantConstraintType': 'EncryptionContextSubset',
      },
    };
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(allowPlatform('kms:CreateGrant', condition)) });
    const fitting = { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-1' } } };
    await expect(create(fitting, platform)).rejects.toMatchObject(denied);
    await expect(create({ ...fitting, Operations: ['Decrypt', 'ReEncryptTo'] }, dataPlane)).rejects.toMatchObject(
      denied,
    );
    await expect(
      create({ ...fitting, Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-2' } } }, dataPlane),
    ).rejects.toMatchObject(denied);
    await expect(create({ Operations: ['Decrypt'] }, dataPlane)).rejects.toMatchObject(denied);
    expect(await create(fitting, dataPlane)).toHaveProperty('GrantId');
  });

  it('passed on by its grantee reaches no further than itself', async () => {
    await bench.as(owner)('CreateGrant', {
      KeyId,
      GranteePrincipal: stranger.arn,
      Operations: ['CreateGrant', 'Decrypt'],
      Constraints: { EncryptionContextSubset: { team: 'acme' } },
    });
    const within = { EncryptionContextSubset: { team: 'acme', app: 'a' } };
    await expect(create({ Operations: ['Encrypt'], Constraints: within }, stranger)).rejects.toMatchObject(denied);
    await expect(create({ Operations: ['Decrypt'] }, stranger)).rejects.toMatchObject(denied);
    await expect(
      create({ Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { app: 'a' } } }, stranger),
    ).rejects.toMatchObject(denied);
    expect(await create({ Operations: ['Decrypt'], Constraints: within }, stranger)).toHaveProperty('GrantId');
    expect(
      await create({ Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: { team: 'acme' } } }, stranger),
    ).toHaveProperty('GrantId');
  });
});

describe('revoking', () => {
  it('ends a grant', async () => {
    const { GrantId } = await create();
    await bench.as(platform)('RevokeGrant', { KeyId, GrantId });
    await expect(encrypt()).rejects.toMatchObject(denied);
    expect(await listed()).toEqual([]);
  });

  it('checks the permission before the existence of the grant', async () => {
    const GrantId = '0'.repeat(64);
    await expect(bench.as(stranger)('RevokeGrant', { KeyId, GrantId })).rejects.toMatchObject(denied);
    await expect(bench.as(platform)('RevokeGrant', { KeyId, GrantId })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    await expect(bench.as(platform)('RevokeGrant', { KeyId, GrantId: 'nonsense' })).rejects.toMatchObject({
      code: 'InvalidGrantIdException',
    });
  });

  it('works on a disabled key', async () => {
    const { GrantId } = await create();
    await bench.as(owner)('DisableKey', { KeyId });
    await bench.as(platform)('RevokeGrant', { KeyId, GrantId });
    expect(await listed()).toEqual([]);
  });
});

describe('a dry run', () => {
  it('says that it would have worked, and changes nothing', async () => {
    await expect(create({ DryRun: true })).rejects.toMatchObject(dryRunSucceeded);
    expect(await listed()).toEqual([]);
    const { GrantId, GrantToken } = await create();
    const eventsBefore = bench.events.length;
    await expect(bench.as(platform)('RevokeGrant', { KeyId, GrantId, DryRun: true })).rejects.toMatchObject(
      dryRunSucceeded,
    );
    await expect(bench.as(platform)('RetireGrant', { GrantToken, DryRun: true })).rejects.toMatchObject(
      dryRunSucceeded,
    );
    expect(await listed()).toHaveLength(1);
    expect(bench.events).toHaveLength(eventsBefore);
  });

  it('is refused as the call itself would be', async () => {
    await expect(create({ DryRun: true }, stranger)).rejects.toMatchObject(denied);
    await bench.as(owner)('DisableKey', { KeyId });
    await expect(create({ DryRun: true })).rejects.toMatchObject({ code: 'DisabledException' });
  });
});

describe('lists of grants', () => {
  it('come in pages, none lost when others go in between', async () => {
    const ids: unknown[] = [];
    for (let count = 0; count < 5; count++) ids.push((await create()).GrantId);
    const first = await bench.as(platform)('ListGrants', { KeyId, Limit: 2 });
    expect(first).toMatchObject({ Truncated: true, Grants: [{ GrantId: ids[0] }, { GrantId: ids[1] }] });
    await bench.as(platform)('RevokeGrant', { KeyId, GrantId: ids[1] });
    const second = await bench.as(platform)('ListGrants', { KeyId, Limit: 2, Marker: first.NextMarker });
    expect(second).toMatchObject({ Truncated: true, Grants: [{ GrantId: ids[2] }, { GrantId: ids[3] }] });
    const last = await bench.as(platform)('ListGrants', { KeyId, Limit: 2, Marker: second.NextMarker });
    expect(last).toEqual({ Truncated: false, Grants: [expect.objectContaining({ GrantId: ids[4] })] });
    await expect(bench.as(platform)('ListGrants', { KeyId, Marker: 'zzz' })).rejects.toMatchObject({
      code: 'InvalidMarkerException',
    });
  });

  it('are visible to callers that the key policy allows', async () => {
    await create();
    await expect(bench.as(stranger)('ListGrants', { KeyId })).rejects.toMatchObject(denied);
  });

  it('filter by grantee and by id', async () => {
    const { GrantId } = await create();
    await create({ GranteePrincipal: stranger.arn });
    const byGrantee = await bench.as(platform)('ListGrants', { KeyId, GranteePrincipal: dataPlane.arn });
    expect(byGrantee.Grants).toEqual([expect.objectContaining({ GrantId })]);
    const byId = await bench.as(platform)('ListGrants', { KeyId, GrantId });
    expect(byId.Grants).toEqual([expect.objectContaining({ GrantId })]);
  });

  it('to retire are over all accounts, for a principal of one’s own', async () => {
    const { GrantId } = await create();
    const found = await bench.as(platform)('ListRetirableGrants', { RetiringPrincipal: platform.arn });
    expect(found.Grants).toEqual([expect.objectContaining({ GrantId, KeyId })]);
    await expect(bench.as(stranger)('ListRetirableGrants', { RetiringPrincipal: platform.arn })).rejects.toMatchObject(
      denied,
    );
  });
});
