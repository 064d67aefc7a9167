/** Imported key material: its import under each algorithm, its expiry, its deletion, and that it is the same again. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WrappingAlgorithm, wrapped } from '../../../test-support/key-material.ts';
import { type Answer, aBench, type Bench, base64, denied, owner, policyWith } from './fixture.ts';

const region = 'us-east-1';
const start = Date.parse('2026-01-01T00:00:00Z') / 1000;
const days = (count: number) => start + count * 86_400;
const expiringAfter = (count: number) => ({ ValidTo: days(count) });
const lasting = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };

let bench: Bench;
let KeyId: string;
const material = randomBytes(32);
beforeEach(async () => {
  bench = await aBench();
  KeyId = await bench.key({ Origin: 'EXTERNAL' });
});
afterEach(() => bench.close());

const call = (operation: string, input: Answer = {}) => bench.as(owner)(operation, { KeyId, ...input });
const metadata = async () => (await call('DescribeKey')).KeyMetadata as Answer;
const encrypt = () => call('Encrypt', { Plaintext: base64('secret') });
const parametersFor = (algorithm: WrappingAlgorithm = 'RSAES_OAEP_SHA_256', WrappingKeySpec = 'RSA_2048') =>
  call('GetParametersForImport', { WrappingAlgorithm: algorithm, WrappingKeySpec });
const bytes = (blob: unknown) => Buffer.from(String(blob), 'base64');

interface Given {
  readonly of?: Buffer;
  readonly algorithm?: WrappingAlgorithm;
  readonly spec?: string;
}

async function importInto(input: Answer, { of = material, algorithm = 'RSAES_OAEP_SHA_256', spec }: Given = {}) {
  const { ImportToken, PublicKey } = await parametersFor(algorithm, spec);
  const EncryptedKeyMaterial = wrapped(of, bytes(PublicKey), algorithm).toString('base64');
  return call('ImportKeyMaterial', { ImportToken, EncryptedKeyMaterial, ...input });
}

describe('an import', () => {
  it.each<[WrappingAlgorithm, string]>([
    ['RSAES_OAEP_SHA_1', 'RSA_2048'],
    ['RSAES_OAEP_SHA_256', 'RSA_3072'],
    ['RSA_AES_KEY_WRAP_SHA_1', 'RSA_2048'],
    ['RSA_AES_KEY_WRAP_SHA_256', 'RSA_4096'],
  ])('under %s with %s enables the key', async (algorithm, spec) => {
    const response = await importInto(lasting, { algorithm, spec });

    expect(response).toEqual({ KeyId, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await metadata()).toMatchObject({
      ...{ KeyState: 'Enabled', Enabled: true, Origin: 'EXTERNAL' },
      ...{ ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE', CurrentKeyMaterialId: response.KeyMaterialId },
    });
    const { CiphertextBlob } = await encrypt();
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
  });

  it('takes parameters for 24 hours, and those of its own key only', async () => {
    const { ImportToken, PublicKey, ParametersValidTo } = await parametersFor();
    expect(ParametersValidTo).toBe(days(1));
    const EncryptedKeyMaterial = wrapped(material, bytes(PublicKey), 'RSAES_OAEP_SHA_256').toString('base64');
    const given = { ImportToken, EncryptedKeyMaterial, ...lasting };

    const other = await bench.key({ Origin: 'EXTERNAL' });
    const invalid = { code: 'InvalidImportTokenException' };
    await expect(call('ImportKeyMaterial', { ...given, KeyId: other })).rejects.toMatchObject(invalid);
    await expect(call('ImportKeyMaterial', { ...given, ImportToken: base64('x') })).rejects.toMatchObject(invalid);
    const after = await bench.reopened();
    expect(await after.as(owner)('ImportKeyMaterial', { KeyId, ...given })).toMatchObject({ KeyId });
    await after.kms.close();
    bench.passDays(1);
    await expect(call('ImportKeyMaterial', given)).rejects.toMatchObject({ code: 'ExpiredImportTokenException' });
  });

  it('refuses what was wrapped under another key, or is no key', async () => {
    const { ImportToken } = await parametersFor();
    const { PublicKey } = await parametersFor();
    const EncryptedKeyMaterial = wrapped(material, bytes(PublicKey), 'RSAES_OAEP_SHA_256').toString('base64');
    await expect(call('ImportKeyMaterial', { ImportToken, EncryptedKeyMaterial, ...lasting })).rejects.toMatchObject({
      code: 'InvalidCiphertextException',
    });
    await expect(importInto(lasting, { of: randomBytes(16) })).rejects.toMatchObject({
      code: 'IncorrectKeyMaterialException',
    });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
  });

  it('takes the private key of an asymmetric key', async () => {
    KeyId = await bench.key({ Origin: 'EXTERNAL', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const pkcs8 = (namedCurve: string) =>
      generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'der' });
    const wrongCurve = importInto(lasting, { of: pkcs8('P-384'), algorithm: 'RSA_AES_KEY_WRAP_SHA_256' });
    await expect(wrongCurve).rejects.toMatchObject({ code: 'IncorrectKeyMaterialException' });

    await importInto(lasting, { of: pkcs8('P-256'), algorithm: 'RSA_AES_KEY_WRAP_SHA_256' });

    const message = { Message: base64('hello'), SigningAlgorithm: 'ECDSA_SHA_256' };
    const { Signature } = await call('Sign', message);
    expect(await call('Verify', { ...message, Signature })).toMatchObject({ SignatureValid: true });
  });

  it.each<[string, Answer]>([
    ['without a date, unless it does not expire', {}],
    ['with a date, if it does not expire', { ...lasting, ...expiringAfter(1) }],
    ['with a date that has passed', expiringAfter(-1)],
    ['with a date more than 365 days away', expiringAfter(366)],
    ['without a token', { ...lasting, ImportToken: undefined }],
  ])('is refused %s', async (_, input) => {
    await expect(importInto(input)).rejects.toMatchObject({ code: 'ValidationException' });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
  });

  it('is for keys whose material KMS did not make, and not while they are pending deletion', async () => {
    const own = await bench.key();
    for (const operation of ['GetParametersForImport', 'DeleteImportedKeyMaterial']) {
      const input = { KeyId: own, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' };
      await expect(call(operation, input)).rejects.toMatchObject({
        code: 'UnsupportedOperationException',
        message: `${own} origin is AWS_KMS which is not valid for this operation.`,
      });
    }
    await call('ScheduleKeyDeletion');
    await expect(parametersFor()).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
  });

  it('never rotates', async () => {
    await importInto(lasting);
    await expect(call('EnableKeyRotation')).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
    await expect(call('RotateKeyOnDemand')).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
    expect(await call('ListKeyRotations', { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).toMatchObject({
      Rotations: [{ KeyMaterialState: 'CURRENT', ImportState: 'IMPORTED' }],
    });
  });

  it('is reported without token and material', async () => {
    bench.events.length = 0;
    await importInto(expiringAfter(7));
    await call('DeleteImportedKeyMaterial');
    expect(bench.events.map(({ detail }) => [detail.eventName, detail.requestParameters])).toEqual([
      ['ImportKeyMaterial', { keyId: KeyId, validTo: 'Jan 8, 2026, 12:00:00 AM' }],
      ['DeleteImportedKeyMaterial', { keyId: KeyId }],
    ]);
  });
});

describe('expiry', () => {
  const expired = { code: 'KMSInvalidStateException', message: expect.stringMatching(/ is pending import\.$/) };

  it('deletes the material on the day, and not before, and says so on the bus', async () => {
    await importInto(expiringAfter(7));
    const { CiphertextBlob } = await encrypt();
    bench.passDays(6.99);
    expect(await metadata()).toMatchObject({ ValidTo: days(7), ExpirationModel: 'KEY_MATERIAL_EXPIRES' });

    bench.passDays(0.02);

    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject(expired);
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport', Enabled: false });
    for (const member of ['ValidTo', 'ExpirationModel', 'CurrentKeyMaterialId'])
      expect(await metadata()).not.toHaveProperty(member);
    expect(bench.notices).toEqual([
      {
        ...{ version: '0', id: expect.any(String), source: 'aws.kms', account: owner.accountId, region },
        ...{ 'detail-type': 'KMS Imported Key Material Expiration', time: '2026-01-08T00:00:00Z' },
        ...{ resources: [KeyId], detail: { 'key-id': KeyId.split('/')[1] } },
      },
    ]);
    expect(readdirSync(join(bench.dir, 'material'))).toEqual(['import-tokens.json']);
  });

  it('passes while the process is down, and is reported when it is back', async () => {
    await importInto(expiringAfter(7));
    bench.passDays(8);
    const after = await bench.reopened();
    expect(after.notices).toMatchObject([{ 'detail-type': 'KMS Imported Key Material Expiration' }]);
    await after.kms.close();
  });

  it('ends with the same material, whose ciphertexts open again', async () => {
    await importInto(expiringAfter(7));
    const { CiphertextBlob } = await encrypt();
    bench.passDays(8);

    await expect(importInto(expiringAfter(30), { of: randomBytes(32) })).rejects.toMatchObject({
      code: 'IncorrectKeyMaterialException',
    });
    await importInto(expiringAfter(30), { algorithm: 'RSAES_OAEP_SHA_1' });

    expect(await metadata()).toMatchObject({ KeyState: 'Enabled', ValidTo: days(30) });
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
  });

  it('moves with another import of the material, or goes', async () => {
    const { KeyMaterialId } = await importInto({ ...expiringAfter(7), KeyMaterialDescription: 'from the vault' });
    await importInto({ ...expiringAfter(30), ImportType: 'EXISTING_KEY_MATERIAL', KeyMaterialId });
    expect(await metadata()).toMatchObject({ ValidTo: days(30) });
    await importInto(lasting);
    bench.passDays(100);
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled' });
    expect(await call('ListKeyRotations', { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).toMatchObject({
      Rotations: [{ KeyMaterialId, KeyMaterialDescription: 'from the vault' }],
    });
    const again = importInto({ ...lasting, ImportType: 'NEW_KEY_MATERIAL' });
    await expect(again).rejects.toMatchObject({ code: 'IncorrectKeyMaterialException' });
  });

  it('is bounded by the policy: kms:ValidTo and kms:ExpirationModel', async () => {
    const Condition = { DateGreaterThan: { 'kms:ValidTo': '2026-02-01T00:00:00Z' } };
    const late = { Effect: 'Deny', Principal: '*', Action: 'kms:ImportKeyMaterial', Resource: '*', Condition };
    const forever = { ...late, Condition: { StringEquals: { 'kms:ExpirationModel': lasting.ExpirationModel } } };
    await call('PutKeyPolicy', { Policy: policyWith(late, forever) });
    await expect(importInto(expiringAfter(60))).rejects.toMatchObject(denied);
    await expect(importInto(lasting)).rejects.toMatchObject(denied);
    expect(await importInto(expiringAfter(20))).toMatchObject({ KeyId });
  });
});

describe('DeleteImportedKeyMaterial', () => {
  it('makes the key wait for the same material, and has no effect without any', async () => {
    await call('DeleteImportedKeyMaterial');
    const { KeyMaterialId } = await importInto(lasting);
    const { CiphertextBlob } = await encrypt();

    expect(await call('DeleteImportedKeyMaterial')).toEqual({ KeyId, KeyMaterialId });

    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
    await expect(encrypt()).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
    expect(bench.notices).toEqual([]);
    await importInto(lasting);
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
    await expect(call('DeleteImportedKeyMaterial', { KeyMaterialId: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('leaves a key pending deletion, which waits for material when that is cancelled', async () => {
    await importInto(lasting);
    await call('ScheduleKeyDeletion');
    await call('CancelKeyDeletion');
    expect(await metadata()).toMatchObject({ KeyState: 'Disabled' });

    await call('ScheduleKeyDeletion');
    await call('DeleteImportedKeyMaterial');
    expect(await metadata()).toMatchObject({ KeyState: 'PendingDeletion' });
    await call('CancelKeyDeletion');
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
  });
});

describe('the replica of a key with imported material', () => {
  const abroad = 'eu-west-1';
  let replica: string;
  beforeEach(async () => {
    KeyId = await bench.key({ Origin: 'EXTERNAL', MultiRegion: true });
    await expect(call('ReplicateKey', { ReplicaRegion: abroad })).rejects.toMatchObject({
      code: 'KMSInvalidStateException',
    });
    await importInto(expiringAfter(7));
    await call('ReplicateKey', { ReplicaRegion: abroad });
    replica = KeyId.replace(region, abroad);
  });
  const inReplica = (operation: string, input: Answer = {}) =>
    bench.as(owner, abroad)(operation, { KeyId: replica, ...input });

  async function importIntoReplica(of: Buffer) {
    const request = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' };
    const { ImportToken, PublicKey } = await inReplica('GetParametersForImport', request);
    const EncryptedKeyMaterial = wrapped(of, bytes(PublicKey), 'RSAES_OAEP_SHA_256').toString('base64');
    return inReplica('ImportKeyMaterial', { ImportToken, EncryptedKeyMaterial, ...lasting });
  }

  it('imports the same material for itself, and keeps it when the primary’s expires', async () => {
    const { CiphertextBlob } = await encrypt();
    expect(await inReplica('DescribeKey')).toMatchObject({ KeyMetadata: { KeyState: 'PendingImport' } });
    await expect(importIntoReplica(randomBytes(32))).rejects.toMatchObject({ code: 'IncorrectKeyMaterialException' });
    await importIntoReplica(material);

    bench.passDays(8);

    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
    const opened = await inReplica('Decrypt', { CiphertextBlob });
    expect(opened).toMatchObject({ KeyId: replica, Plaintext: base64('secret') });
    const after = await bench.reopened();
    expect(await after.as(owner, abroad)('Decrypt', { CiphertextBlob })).toEqual(opened);
    await after.kms.close();
  });
});
