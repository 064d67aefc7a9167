/**
 * Encrypts stored idempotent responses under a key that derives from the caller's bearer token. A response may contain
 * a new token or a database's URL, and the table stores only hashes of tokens, so that its readers see no secret.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/** A bearer token has 256 random bits, so HKDF (RFC 5869) needs no stretching before it. */
const keyOf = (bearer: string, salt: Uint8Array) =>
  Buffer.from(hkdfSync('sha256', bearer, salt, 'latchkey kept answer', 32));

/** Base64 of salt, nonce, tag and ciphertext. */
export function encryptResponse(text: string, bearer: string): string {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const encryption = createCipheriv(cipher, keyOf(bearer, salt), iv);
  const ciphertext = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
  return Buffer.concat([salt, iv, encryption.getAuthTag(), ciphertext]).toString('base64');
}

/** Null for a token other than the one that encrypted it. */
export function decryptResponse(sealed: string, bearer: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  const [salt, rest] = [bytes.subarray(0, saltBytes), bytes.subarray(saltBytes)];
  const [iv, tag, ciphertext] = [
    rest.subarray(0, ivBytes),
    rest.subarray(ivBytes, ivBytes + tagBytes),
    rest.subarray(ivBytes + tagBytes),
  ];
  try {
    const decryption = createDecipheriv(cipher, keyOf(bearer, salt), iv, { authTagLength: tagBytes });
    decryption.setAuthTag(tag);
    return Buffer.concat([decryption.update(ciphertext), decryption.final()]).toString('utf8');
  } catch {
    return null;
  }
}
