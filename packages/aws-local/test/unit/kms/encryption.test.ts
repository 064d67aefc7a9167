import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decrypt, encrypt as encryptBytes, readEnvelope } from '../../../src/kms/ciphertext.ts';
import {
  aBench,
  allowPlatform,
  type Bench,
  base64,
  denied,
  dryRunSucceeded,
  owner,
  platform,
  policyWith,
  stranger,
  textOf,
} from './fixture.ts';

let bench: Bench;
let call: ReturnType<Bench['as']>;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
  KeyId = await bench.key({
    Policy: policyWith(allowPlatform(['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'])),
  });
});
afterEach(() => bench.close());

const invalid = { code: 'InvalidCiphertextException', message: '' };
const encrypt = async (EncryptionContext: object = {}) =>
  String((await call('Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext })).CiphertextBlob);

describe('a ciphertext', () => {
  it('finds its key by itself, for another account too', async () => {
    const CiphertextBlob = await encrypt();
    const response = { KeyId, Plaintext: base64('secret'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject(response);
    expect(await bench.as(platform)('Decrypt', { CiphertextBlob })).toMatchObject(response);
    await expect(bench.as(stranger)('Decrypt', { CiphertextBlob })).rejects.toMatchObject(denied);
  });

  it('names its key only by the requested key', async () => {
    const CiphertextBlob = await encrypt();
    expect(await call('Decrypt', { CiphertextBlob, KeyId })).toMatchObject({ KeyId });
    await expect(call('Decrypt', { CiphertextBlob, KeyId: await bench.key() })).rejects.toMatchObject({
      code: 'IncorrectKeyException',
    });
    const unknown = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
    await expect(call('Decrypt', { CiphertextBlob, KeyId: unknown })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('opens with its context in any order, and with no other', async () => {
    const CiphertextBlob = await encrypt({ team: 'acme', app: 'shop' });
    expect(await call('Decrypt', { CiphertextBlob, EncryptionContext: { app: 'shop', team: 'acme' } })).toHaveProperty(
      'Plaintext',
    );
    for (const EncryptionContext of [
      {},
      { team: 'acme' },
      { team: 'acme', app: 'Shop' },
      { team: 'acme', app: 'shop', x: '' },
    ]) {
      await expect(call('Decrypt', { CiphertextBlob, EncryptionContext })).rejects.toMatchObject(invalid);
    }
  });

  it('that was changed anywhere does not open', () => {
    const material = Buffer.alloc(32, 7);
    const sealed = encryptBytes(Buffer.from('secret'), {
      keyArn: 'arn:k',
      materialId: 'ab'.repeat(32),
      material,
      context: { a: 'b' },
    });
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const envelope = readEnvelope(changed);
        expect(envelope && decrypt(envelope, { material, context: { a: 'b' } })).toBeNull();
      }),
    );
  });

  it('gives back what was sealed, whatever the bytes and the context', () => {
    const material = Buffer.alloc(32, 7);
    const contexts = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), contexts, contexts, (bytes, context, other) => {
        const envelope = readEnvelope(
          encryptBytes(Buffer.from(bytes), { keyArn: 'arn:k', materialId: 'ab'.repeat(32), material, context }),
        );
        expect(envelope && decrypt(envelope, { material, context })).toEqual(Buffer.from(bytes));
        const same = JSON.stringify(Object.entries(context).sort()) === JSON.stringify(Object.entries(other).sort());
        if (!same) expect(envelope && decrypt(envelope, { material, context: other })).toBeNull();
      }),
    );
  });

  it('that is none is refused', async () => {
    await expect(call('Decrypt', { CiphertextBlob: base64('nonsense') })).rejects.toMatchObject(invalid);
    await expect(call('Decrypt', { CiphertextBlob: '%%%' })).rejects.toMatchObject({ code: 'SerializationException' });
    await expect(call('Decrypt', {})).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('of a deleted key reveals only that it may not be used', async () => {
    const CiphertextBlob = await encrypt();
    await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    bench.passDays(8);
    await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining(
        'kms:Decrypt on the resource associated with this ciphertext because the resource does not exist',
      ),
    });
  });
});

describe('limits', () => {
  it('of plaintext are 1 to 4096 bytes', async () => {
    const fill = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
    expect(await call('Encrypt', { KeyId, Plaintext: fill(4096) })).toHaveProperty('CiphertextBlob');
    await expect(call('Encrypt', { KeyId, Plaintext: fill(4097) })).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length " +
        'less than or equal to 4096',
    });
    await expect(call('Encrypt', { KeyId, Plaintext: '' })).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('of random bytes are 1 to 1024', async () => {
    const { Plaintext } = await call('GenerateRandom', { NumberOfBytes: 1024 });
    expect(Buffer.from(String(Plaintext), 'base64')).toHaveLength(1024);
    await expect(call('GenerateRandom')).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'NumberOfBytes is required.',
    });
    await expect(call('GenerateRandom', { NumberOfBytes: 0 })).rejects.toMatchObject({
      message:
        "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have " +
        'value greater than or equal to 1',
    });
  });
});

describe('a data key', () => {
  it.each([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 64 }, 64],
  ])('of %j has %d bytes, and comes back from its wrapping', async (size, bytes) => {
    const EncryptionContext = { team: 'acme' };
    const { Plaintext, CiphertextBlob } = await call('GenerateDataKey', { KeyId, EncryptionContext, ...size });
    expect(Buffer.from(String(Plaintext), 'base64')).toHaveLength(bytes);
    expect(await call('Decrypt', { CiphertextBlob, EncryptionContext })).toMatchObject({ Plaintext });
  });

  it('may stay wrapped', async () => {
    const wrapped = await call('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' });
    expect(wrapped).not.toHaveProperty('Plaintext');
    expect(textOf((await call('Decrypt', wrapped)).Plaintext)).not.toBe('');
  });

  it.each([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }])('needs one size: %j is refused', async (size) => {
    await expect(call('GenerateDataKey', { KeyId, ...size })).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Please specify either number of bytes or key spec.',
    });
  });
});

describe('re-encryption', () => {
  it('moves a ciphertext to another key and context', async () => {
    const destination = await bench.key();
    const moved = await call('ReEncrypt', {
      CiphertextBlob: await encrypt({ team: 'acme' }),
      SourceEncryptionContext: { team: 'acme' },
      DestinationKeyId: destination,
      DestinationEncryptionContext: { team: 'globex' },
    });
    expect(moved).toMatchObject({ SourceKeyId: KeyId, KeyId: destination });
    expect(
      await call('Decrypt', { CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { team: 'globex' } }),
    ).toMatchObject({
      KeyId: destination,
      Plaintext: base64('secret'),
    });
  });
});

describe('a dry run', () => {
  const runs = async (): Promise<[string, object][]> => [
    ['Encrypt', { KeyId, Plaintext: base64('x') }],
    ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }],
    ['Decrypt', { CiphertextBlob: await encrypt() }],
    ['Decrypt', { KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
    ['ReEncrypt', { CiphertextBlob: await encrypt(), DestinationKeyId: KeyId }],
    ['ReEncrypt', { SourceKeyId: KeyId, DestinationKeyId: KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
  ];

  it('of each operation says that it would have worked', async () => {
    for (const [operation, input] of await runs()) {
      await expect(bench.as(platform)(operation, { ...input, DryRun: true })).rejects.toMatchObject(dryRunSucceeded);
    }
  });

  it('is refused for permission before the state, and for the state before it succeeds', async () => {
    const attempts = await runs();
    await call('DisableKey', { KeyId });
    for (const [operation, input] of attempts) {
      await expect(bench.as(stranger)(operation, { ...input, DryRun: true })).rejects.toMatchObject(denied);
      await expect(bench.as(platform)(operation, { ...input, DryRun: true })).rejects.toMatchObject({
        code: 'DisabledException',
      });
    }
  });

  it('is refused for bad input before permission', async () => {
    await expect(bench.as(stranger)('Encrypt', { KeyId, DryRun: true })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('of a ciphertext that would not open does not succeed', async () => {
    const CiphertextBlob = await encrypt({ team: 'acme' });
    await expect(call('Decrypt', { CiphertextBlob, DryRun: true })).rejects.toMatchObject(invalid);
  });

  it.each([
    { DryRunModifiers: ['IGNORE_CIPHERTEXT'] },
    { DryRun: true, DryRunModifiers: ['IGNORE_ALL'] },
    { DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'], KeyId: undefined },
  ])('takes no other modifiers than AWS: %j', async (input) => {
    await expect(call('Decrypt', { KeyId, ...input })).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
