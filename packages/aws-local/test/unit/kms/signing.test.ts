import { createHash, createPublicKey, createVerify, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSignedBy, newKeyPair, publicKeyOf, signDigest } from '../../../src/kms/signing.ts';
import {
  type Answer,
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
} from './fixture.ts';

const asymmetric = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
const SigningAlgorithm = 'ECDSA_SHA_256';
const message = 'what is signed';
const digest = createHash('sha256').update(message).digest('base64');

let bench: Bench;
let call: ReturnType<Bench['as']>;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  call = bench.as(owner);
  KeyId = await bench.key({ ...asymmetric, Policy: policyWith(allowPlatform(['kms:GetPublicKey', 'kms:Verify'])) });
});
afterEach(() => bench.close());

const signed = async (input: Answer = { Message: base64(message) }): Promise<string> =>
  String((await call('Sign', { KeyId, SigningAlgorithm, ...input })).Signature);

async function opensslAccepts(Signature: string): Promise<boolean> {
  const { PublicKey } = await call('GetPublicKey', { KeyId });
  const key = createPublicKey({ key: Buffer.from(String(PublicKey), 'base64'), format: 'der', type: 'spki' });
  return createVerify('sha256').update(message).verify(key, Signature, 'base64');
}

describe('a signature', () => {
  it('of a message and of its digest are both valid for the public key', async () => {
    expect(await opensslAccepts(await signed())).toBe(true);
    expect(await opensslAccepts(await signed({ Message: digest, MessageType: 'DIGEST' }))).toBe(true);
  });

  it('verifies by the message or its digest, however it was made', async () => {
    const Signature = await signed();
    const response = { KeyId, SignatureValid: true, SigningAlgorithm };
    expect(
      await call('Verify', { KeyId, SigningAlgorithm, Signature, Message: digest, MessageType: 'DIGEST' }),
    ).toEqual(response);
    expect(
      await bench.as(platform)('Verify', { KeyId, SigningAlgorithm, Signature, Message: base64(message) }),
    ).toEqual(response);
  });

  it('is refused, not called false, for another message, another key and for what is no signature', async () => {
    const Signature = await signed();
    const verify = { KeyId, SigningAlgorithm, Signature, Message: base64(message) };
    const other = await bench.key(asymmetric);
    for (const changes of [{ Message: base64('something else') }, { KeyId: other }, { Signature: base64('none') }])
      await expect(call('Verify', { ...verify, ...changes })).rejects.toMatchObject({
        code: 'KMSInvalidSignatureException',
      });
  });

  it('outlives the process', async () => {
    const Signature = await signed();
    bench = await bench.reopened();
    expect(
      await bench.as(owner)('Verify', { KeyId, SigningAlgorithm, Signature, Message: base64(message) }),
    ).toMatchObject({
      SignatureValid: true,
    });
  });

  it('is like that of any other ECDSA over P-256, in both directions', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
        const pair = newKeyPair();
        const hash = createHash('sha256').update(bytes).digest();
        const publicKey = createPublicKey({ key: publicKeyOf(pair), format: 'der', type: 'spki' });
        expect(
          createVerify('sha256')
            .update(bytes)
            .verify(publicKey, await signDigest(pair, hash)),
        ).toBe(true);
        const own = sign('sha256', bytes, { key: pair, format: 'der', type: 'pkcs8' });
        expect(await isSignedBy(pair, hash, own)).toBe(true);
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        expect(await isSignedBy(pair, hash, sign('sha256', bytes, privateKey))).toBe(false);
      }),
      { numRuns: 10 },
    ));
});

describe('signing is refused', () => {
  const request = { Message: base64(message), SigningAlgorithm };

  it.each([
    [
      { Message: base64('short'), MessageType: 'DIGEST' },
      'ValidationException',
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
    ],
    [
      { Message: Buffer.alloc(4097).toString('base64') },
      'ValidationException',
      /'message' failed to satisfy constraint/,
    ],
    [
      { SigningAlgorithm: 'ECDSA_SHA_384' },
      'InvalidKeyUsageException',
      'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
    ],
    [
      { SigningAlgorithm: 'MD5' },
      'ValidationException',
      /'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set/,
    ],
    [{ MessageType: 'TEXT' }, 'ValidationException', /'messageType' failed to satisfy constraint/],
  ])('for %j', async (changes, code, text) => {
    const refusal = { code, message: expect.stringMatching(text) };
    await expect(call('Sign', { KeyId, ...request, ...changes })).rejects.toMatchObject(refusal);
  });

  it('under a key that is for something else', async () => {
    const symmetric = await bench.key();
    const text = `${symmetric} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`;
    await expect(call('Sign', { ...request, KeyId: symmetric })).rejects.toMatchObject({
      code: 'InvalidKeyUsageException',
      message: text,
    });
    await expect(call('GetPublicKey', { KeyId: symmetric })).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
    });
  });

  it('under a key that is off, which gives no public key either', async () => {
    await call('DisableKey', { KeyId });
    await expect(call('Sign', { ...request, KeyId })).rejects.toMatchObject({ code: 'DisabledException' });
    await expect(call('GetPublicKey', { KeyId })).rejects.toMatchObject({ code: 'DisabledException' });
    await call('ScheduleKeyDeletion', { KeyId });
    await expect(call('Sign', { ...request, KeyId })).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
  });

  it('to a caller whom the policy does not allow to sign', async () => {
    for (const caller of [stranger, platform])
      await expect(bench.as(caller)('Sign', { ...request, KeyId })).rejects.toMatchObject(denied);
    expect(await bench.as(platform)('GetPublicKey', { KeyId })).toMatchObject({
      KeyId,
      KeySpec: 'ECC_NIST_P256',
      SigningAlgorithms: [SigningAlgorithm],
    });
  });

  it('in a dry run, which says that it would have worked', async () => {
    await expect(call('Sign', { ...request, KeyId, DryRun: true })).rejects.toMatchObject(dryRunSucceeded);
  });

  it('under the other asymmetric specs, by name', async () => {
    const rsa = await bench.key({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    const refused = call('Sign', { ...request, KeyId: rsa, SigningAlgorithm: 'RSASSA_PSS_SHA_256' });
    await expect(refused).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
  });
});
