/**
 * Rotation of keys.
 * Source: KMS API reference, EnableKeyRotation to ListKeyRotations; KMS guide, "Rotate AWS KMS keys".
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, aBench, type Bench, base64, owner, textOf } from './fixture.ts';

let bench: Bench;
let call: ReturnType<Bench['as']>;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
  KeyId = await bench.key();
});
afterEach(() => bench.close());

const encrypt = async (EncryptionContext: object = {}) =>
  String((await call('Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext })).CiphertextBlob);

describe('rotation', () => {
  it('on demand makes a new backing key, and old ciphertext stays readable', async () => {
    const before = await encrypt();
    await call('RotateKeyOnDemand', { KeyId });
    const after = await encrypt();
    const materials = [];
    for (const CiphertextBlob of [before, after]) {
      const response = await call('Decrypt', { CiphertextBlob });
      expect(textOf(response.Plaintext)).toBe('secret');
      materials.push(response.KeyMaterialId);
    }
    expect(materials[0]).not.toBe(materials[1]);
  });

  it('by date comes when it is due, and the next one a period later', async () => {
    const before = (await call('DescribeKey', { KeyId })).KeyMetadata;
    await call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
    const due = Date.parse('2026-01-01T00:00:00Z') / 1000 + 90 * 86_400;
    expect(await call('GetKeyRotationStatus', { KeyId })).toEqual({
      KeyId,
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: due,
    });
    bench.passDays(91);
    expect((await call('DescribeKey', { KeyId })).KeyMetadata).not.toEqual(before);
    expect(await call('GetKeyRotationStatus', { KeyId })).toMatchObject({ NextRotationDate: due + 91 * 86_400 });
    await call('DisableKeyRotation', { KeyId });
    expect(await call('GetKeyRotationStatus', { KeyId })).toEqual({ KeyId, KeyRotationEnabled: false });
  });

  it('is listed by date and kind, with the first material only on request', async () => {
    await call('RotateKeyOnDemand', { KeyId });
    await call('EnableKeyRotation', { KeyId });
    bench.passDays(366);
    await call('DescribeKey', { KeyId });
    const onDemand = {
      KeyMaterialState: 'NON_CURRENT',
      RotationType: 'ON_DEMAND',
      RotationDate: Date.parse('2026-01-01T00:00:00Z') / 1000,
    };
    const automatic = {
      KeyMaterialState: 'CURRENT',
      RotationType: 'AUTOMATIC',
      RotationDate: Date.parse('2027-01-02T00:00:00Z') / 1000,
    };
    const { Rotations, Truncated } = await call('ListKeyRotations', { KeyId });
    expect(Rotations).toEqual(
      [onDemand, automatic].map((rotation) => ({ KeyId, KeyMaterialId: expect.any(String), ...rotation })),
    );
    expect(Truncated).toBe(false);
    const first = await call('ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL', Limit: 1 });
    expect(first).toMatchObject({
      Rotations: [{ KeyId, KeyMaterialId: expect.any(String), KeyMaterialState: 'NON_CURRENT' }],
      Truncated: true,
    });
    expect((first.Rotations as Answer[])[0]).not.toHaveProperty('RotationDate');
    expect(
      await call('ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL', Marker: first.NextMarker }),
    ).toMatchObject({
      Rotations,
    });
  });

  it('on demand ends after 25 times', async () => {
    for (let times = 1; times <= 25; times++) await call('RotateKeyOnDemand', { KeyId });
    await expect(call('RotateKeyOnDemand', { KeyId })).rejects.toMatchObject({ code: 'LimitExceededException' });
    expect((await call('ListKeyRotations', { KeyId })).Rotations).toHaveLength(25);
  });

  const mac = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' };
  const pair = { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' };
  it.each([mac, pair, { Origin: 'EXTERNAL' }])('is always off for a key of %j', async (input) => {
    const arn = await bench.key(input);
    expect(await call('GetKeyRotationStatus', { KeyId: arn })).toEqual({ KeyId: arn, KeyRotationEnabled: false });
    await expect(call('EnableKeyRotation', { KeyId: arn })).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
    });
  });

  it.each<[string, Answer, string]>([
    ['of another kind', mac, 'UnsupportedOperationException'],
    ['whose material was never imported', { Origin: 'EXTERNAL' }, 'KMSInvalidStateException'],
  ])('on demand is refused for a key %s, and first of all if it is disabled', async (_which, input, code) => {
    const arn = await bench.key(input);
    await expect(call('RotateKeyOnDemand', { KeyId: arn })).rejects.toMatchObject({ code });
    if (input === mac) {
      await call('DisableKey', { KeyId: arn });
      await expect(call('RotateKeyOnDemand', { KeyId: arn })).rejects.toMatchObject({ code: 'DisabledException' });
      await expect(call('EnableKeyRotation', { KeyId: arn })).rejects.toMatchObject({ code: 'DisabledException' });
    }
  });

  it.each([89, 2561])('refuses a period of %d days', async (RotationPeriodInDays) => {
    await expect(call('EnableKeyRotation', { KeyId, RotationPeriodInDays })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});
