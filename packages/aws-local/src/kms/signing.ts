/**
 * Key pairs on the curve P-256, and ECDSA over digests. Node's `sign` takes messages only, and KMS also accepts
 * digests. Signatures are in DER, as from KMS.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const digestBytes = 32;

/** The private key as PKCS #8 in DER. */
export const newKeyPair = (): Buffer =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });

const privateKeyOf = (pkcs8: Buffer): KeyObject => createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });

/** SubjectPublicKeyInfo in DER, as from `GetPublicKey`. */
export const publicKeyOf = (pkcs8: Buffer): Buffer =>
  createPublicKey(privateKeyOf(pkcs8)).export({ type: 'spki', format: 'der' });

export const digestOf = (message: Buffer): Buffer => createHash('sha256').update(message).digest();

// KMS and OpenSSL do not require the lower `s`.
const asKms = { prehash: false, lowS: false, format: 'der' } as const;

/** Loaded at the first signature, to save memory. */
const curve = async () => (await import('@noble/curves/nist.js')).p256;

export async function signDigest(pkcs8: Buffer, digest: Buffer): Promise<Buffer> {
  const { d = '' } = privateKeyOf(pkcs8).export({ format: 'jwk' });
  return Buffer.from((await curve()).sign(digest, Buffer.from(d, 'base64url'), asKms));
}

/** False also for bytes that are not a signature. */
export async function isSignedBy(pkcs8: Buffer, digest: Buffer, signature: Buffer): Promise<boolean> {
  const p256 = await curve();
  const { x = '', y = '' } = createPublicKey(privateKeyOf(pkcs8)).export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  try {
    return p256.verify(signature, digest, point, asKms);
  } catch {
    return false;
  }
}
