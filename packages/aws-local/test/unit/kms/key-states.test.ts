import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, aBench, type Bench, base64, owner } from './fixture.ts';

let bench: Bench;
let call: ReturnType<Bench['as']>;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
});
afterEach(() => bench.close());

const metadataOf = async (arn: string) => (await call('DescribeKey', { KeyId: arn })).KeyMetadata as Answer;
const encrypt = (arn: string) => call('Encrypt', { KeyId: arn, Plaintext: base64('secret') });

describe('a new key', () => {
  it('describes itself as AWS does', async () => {
    const arn = await bench.key({ Description: 'heroku-data-test' });
    expect(await metadataOf(arn)).toEqual({
      AWSAccountId: '111122223333',
      KeyId: arn.split('/')[1],
      Arn: arn,
      CreationDate: Date.parse('2026-01-01T00:00:00Z') / 1000,
      Enabled: true,
      Description: 'heroku-data-test',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('with external material waits for it, and refuses to encrypt', async () => {
    const arn = await bench.key({ Origin: 'EXTERNAL' });
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'PendingImport', Enabled: false, Origin: 'EXTERNAL' });
    await expect(encrypt(arn)).rejects.toMatchObject({
      code: 'KMSInvalidStateException',
      message: `${arn} is pending import.`,
    });
    await expect(call('EnableKey', { KeyId: arn })).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
  });

  it('over several Regions has an id that says so', async () => {
    const arn = await bench.key({ MultiRegion: true });
    expect(await metadataOf(arn)).toMatchObject({
      KeyId: expect.stringMatching(/^mrk-[0-9a-f]{32}$/),
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: arn, Region: 'us-east-1' },
        ReplicaKeys: [],
      },
    });
  });

  it.each([
    [
      { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
      { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
    ],
    [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, { SigningAlgorithms: ['ECDSA_SHA_256'] }],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, { MacAlgorithms: ['HMAC_SHA_256'] }],
  ])('of %j can be described but not encrypted under', async (input, algorithms) => {
    const arn = await bench.key(input);
    expect(await metadataOf(arn)).toMatchObject({ ...input, ...algorithms });
    await expect(encrypt(arn)).rejects.toMatchObject({ code: 'InvalidKeyUsageException' });
    await expect(call('EnableKeyRotation', { KeyId: arn })).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
    });
  });

  it.each([
    [
      { KeySpec: 'HMAC_256' },
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ],
    [{ KeyUsage: 'SIGN_VERIFY' }, 'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT'],
    [{ KeySpec: 'AES' }, /^1 validation error detected: Value 'AES' at 'keySpec' failed to satisfy constraint/],
    [{ Origin: 'AWS_CLOUDHSM' }, 'Origin AWS_CLOUDHSM needs a CustomKeyStoreId.'],
  ])('is refused for %j', async (input, message) => {
    await expect(bench.key(input)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});

describe('disabling and enabling', () => {
  it('takes a key out of use and brings it back with its data', async () => {
    const arn = await bench.key();
    const { CiphertextBlob } = await encrypt(arn);
    await call('DisableKey', { KeyId: arn });
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'Disabled', Enabled: false });
    const refusal = { code: 'DisabledException', message: `${arn} is disabled.` };
    await expect(encrypt(arn)).rejects.toMatchObject(refusal);
    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject(refusal);
    await expect(call('GenerateDataKey', { KeyId: arn, KeySpec: 'AES_256' })).rejects.toMatchObject(refusal);
    await expect(
      call('CreateGrant', { KeyId: arn, GranteePrincipal: owner.arn, Operations: ['Decrypt'] }),
    ).rejects.toMatchObject(refusal);
    await expect(call('EnableKeyRotation', { KeyId: arn })).rejects.toMatchObject(refusal);
    await call('EnableKey', { KeyId: arn });
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject({ KeyId: arn, Plaintext: base64('secret') });
  });

  it('may be requested twice', async () => {
    const arn = await bench.key();
    await call('DisableKey', { KeyId: arn });
    await call('DisableKey', { KeyId: arn });
    await call('EnableKey', { KeyId: arn });
    await call('EnableKey', { KeyId: arn });
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'Enabled' });
  });
});

describe('deletion', () => {
  it('waits 30 days by default, and refuses all operations but reads and cancellation', async () => {
    const arn = await bench.key();
    const deletionDate = Date.parse('2026-01-31T00:00:00Z') / 1000;
    expect(await call('ScheduleKeyDeletion', { KeyId: arn })).toEqual({
      KeyId: arn,
      DeletionDate: deletionDate,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 30,
    });
    expect(await metadataOf(arn)).toMatchObject({
      KeyState: 'PendingDeletion',
      DeletionDate: deletionDate,
      Enabled: false,
    });
    const refusal = { code: 'KMSInvalidStateException', message: `${arn} is pending deletion.` };
    for (const operation of [
      'EnableKey',
      'DisableKey',
      'EnableKeyRotation',
      'RotateKeyOnDemand',
      'ScheduleKeyDeletion',
    ]) {
      await expect(call(operation, { KeyId: arn })).rejects.toMatchObject(refusal);
    }
    await expect(encrypt(arn)).rejects.toMatchObject(refusal);
    await expect(call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: arn })).rejects.toMatchObject(refusal);
    await expect(call('TagResource', { KeyId: arn, Tags: [{ TagKey: 'a', TagValue: 'b' }] })).rejects.toMatchObject(
      refusal,
    );
    expect(await call('GetKeyPolicy', { KeyId: arn })).toHaveProperty('Policy');
  });

  it('when cancelled leaves the key disabled', async () => {
    const arn = await bench.key();
    await expect(call('CancelKeyDeletion', { KeyId: arn })).rejects.toMatchObject({
      code: 'KMSInvalidStateException',
      message: `${arn} is not pending deletion.`,
    });
    await call('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays: 7 });
    expect(await call('CancelKeyDeletion', { KeyId: arn })).toEqual({ KeyId: arn });
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'Disabled' });
    expect(await metadataOf(arn)).not.toHaveProperty('DeletionDate');
    bench.passDays(60);
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'Disabled' });
  });

  it.each([6, 31])('refuses a window of %d days', async (PendingWindowInDays) => {
    const arn = await bench.key();
    await expect(call('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('removes the key with its aliases and grants on the day, and not before', async () => {
    const arn = await bench.key();
    await call('CreateAlias', { AliasName: 'alias/doomed', TargetKeyId: arn });
    await call('CreateGrant', {
      KeyId: arn,
      GranteePrincipal: owner.arn,
      RetiringPrincipal: owner.arn,
      Operations: ['Decrypt'],
    });
    await call('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays: 7 });
    bench.passDays(6.99);
    expect(await metadataOf(arn)).toMatchObject({ KeyState: 'PendingDeletion' });
    bench.passDays(0.02);
    await expect(metadataOf(arn)).rejects.toMatchObject({
      code: 'NotFoundException',
      message: `Key '${arn}' does not exist`,
    });
    expect(await call('ListKeys')).toEqual({ Keys: [], Truncated: false });
    expect(await call('ListAliases')).toEqual({ Aliases: [], Truncated: false });
    expect(await call('ListRetirableGrants', { RetiringPrincipal: owner.arn })).toEqual({
      Grants: [],
      Truncated: false,
    });
    await call('CreateAlias', { AliasName: 'alias/doomed', TargetKeyId: await bench.key() });
  });
});

describe('a simulated condition', () => {
  it('throttled refuses use and description, but neither management nor other keys', async () => {
    const arn = await bench.key();
    const { CiphertextBlob } = await encrypt(arn);
    bench.kms.simulate(arn, 'throttled');
    const refusal = { code: 'ThrottlingException', message: 'Rate exceeded' };
    await expect(metadataOf(arn)).rejects.toMatchObject(refusal);
    await expect(encrypt(arn)).rejects.toMatchObject(refusal);
    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject(refusal);
    await call('DisableKey', { KeyId: arn });
    expect(await encrypt(await bench.key())).toHaveProperty('CiphertextBlob');
  });

  it('is refused for a missing key', () => {
    expect(() => bench.kms.simulate('arn:aws:kms:us-east-1:111122223333:key/none', 'throttled')).toThrow(
      'does not exist',
    );
  });
});
