/**
 * AES-256-GCM ciphertexts: version (1 byte), length of the key's ARN (1), ARN, id of the backing key (32), nonce (12),
 * tag (16), encrypted bytes. The bytes before the nonce and the encryption context are authenticated.
 * Does not: read AWS's ciphertexts, whose format is not public.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TextMap } from './records.ts';

export interface Envelope {
  readonly keyArn: string;
  readonly materialId: string;
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly body: Buffer;
}

const version = 1;
const materialIdBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The same bytes for the same pairs in any order. */
function canonical(context: TextMap): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}

export interface EncryptOptions {
  readonly keyArn: string;
  readonly materialId: string;
  readonly material: Buffer;
  readonly context: TextMap;
}

export function encrypt(plaintext: Buffer, { keyArn, materialId, material, context }: EncryptOptions): Buffer {
  const arn = Buffer.from(keyArn);
  const header = Buffer.concat([Buffer.from([version, arn.length]), arn, Buffer.from(materialId, 'hex')]);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(Buffer.concat([header, canonical(context)]));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body]);
}

/** Null for bytes that this emulator did not produce. */
export function readEnvelope(bytes: Buffer): Envelope | null {
  const arnEnd = 2 + (bytes[1] ?? 0);
  const headerEnd = arnEnd + materialIdBytes;
  const bodyStart = headerEnd + nonceBytes + tagBytes;
  if (bytes[0] !== version || bytes.length <= bodyStart) return null;
  return {
    keyArn: bytes.subarray(2, arnEnd).toString(),
    materialId: bytes.subarray(arnEnd, headerEnd).toString('hex'),
    header: bytes.subarray(0, headerEnd),
    nonce: bytes.subarray(headerEnd, headerEnd + nonceBytes),
    tag: bytes.subarray(headerEnd + nonceBytes, bodyStart),
    body: bytes.subarray(bodyStart),
  };
}

/** Null if the ciphertext was altered, or the context differs. */
export function decrypt(
  envelope: Envelope,
  { material, context }: { material: Buffer; context: TextMap },
): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', material, envelope.nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.concat([envelope.header, canonical(context)]))
    .setAuthTag(envelope.tag);
  try {
    return Buffer.concat([decipher.update(envelope.body), decipher.final()]);
  } catch {
    return null;
  }
}
