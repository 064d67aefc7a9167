/**
 * Key pairs on the curve P-256 and ECDSA over digests. A message is hashed here, since KMS also takes what is hashed
 * already, which Node's own `sign` can't. Signatures are DER, as KMS gives them.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const digestBytes = 32;

/** The private key as PKCS #8 in DER. */
export const newKeyPair = (): Buffer =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });

const privateKeyOf = (pkcs8: Buffer): KeyObject => createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });

/** As `GetPublicKey` gives it: SubjectPublicKeyInfo in DER. */
export const publicKeyOf = (pkcs8: Buffer): Buffer =>
  createPublicKey(privateKeyOf(pkcs8)).export({ type: 'spki', format: 'der' });

export const digestOf = (message: Buffer): Buffer => createHash('sha256').update(message).digest();

// Any `s`: KMS and OpenSSL know no rule that only the lower one counts.
const asKms = { prehash: false, lowS: false, format: 'der' } as const;

/** Loaded with the first signature: most clouds sign nothing. */
const curve = async () => (await import('@noble/curves/nist.js')).p256;

export async function signDigest(pkcs8: Buffer, digest: Buffer): Promise<Buffer> {
  const { d = '' } = privateKeyOf(pkcs8).export({ format: 'jwk' });
  return Buffer.from((await curve()).sign(digest, Buffer.from(d, 'base64url'), asKms));
}

/** False also for bytes that are no signature at all. */
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
