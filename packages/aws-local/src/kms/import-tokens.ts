/**
 * The parameters of an import: an RSA public key, and a token with its private key, encrypted under a key of this
 * emulator. Nothing is stored, and a token remains valid after a restart.
 * Source: KMS guide, "Importing key material", steps 2 and 3.
 */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { decrypt, encrypt, readEnvelope } from './ciphertext.ts';
import type { Kms } from './context.ts';
import { expiredImportToken, invalidCiphertext, invalidImportToken } from './errors.ts';
import type { KmsKey } from './records.ts';

export const wrappingAlgorithms = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
] as const;
export const wrappingKeySpecs = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const;

/** The vault's id of the key that encrypts tokens. */
export const tokensVaultId = 'import-tokens';

const lifetimeMs = 24 * 60 * 60 * 1000;
const context = { purpose: 'import' };

export interface Wrapping {
  readonly algorithm: (typeof wrappingAlgorithms)[number];
  readonly privateKey: KeyObject;
}

interface Contents {
  readonly algorithm: Wrapping['algorithm'];
  /** Milliseconds since the epoch. */
  readonly validTo: number;
  /** PKCS #8 in DER, in base64. */
  readonly privateKey: string;
}

export interface ImportParameters {
  readonly token: Buffer;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  readonly validTo: number;
}

const newKeyPair = promisify(generateKeyPair);

/** Valid for 24 hours at any speed, since the key's owner wraps the material in real time. */
export async function newImportParameters(
  kms: Kms,
  key: KmsKey,
  { algorithm, keySpec }: Pick<Wrapping, 'algorithm'> & { keySpec: (typeof wrappingKeySpecs)[number] },
): Promise<ImportParameters> {
  const pair = await newKeyPair('rsa', { modulusLength: Number(keySpec.slice('RSA_'.length)) });
  const validTo = kms.now().getTime() + lifetimeMs;
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const contents: Contents = { algorithm, validTo, privateKey };
  const { vault } = kms;
  const materialId = vault.ids(tokensVaultId)[0] ?? vault.add(tokensVaultId);
  const material = vault.find(tokensVaultId, materialId) ?? Buffer.alloc(0);
  const token = encrypt(Buffer.from(JSON.stringify(contents)), { keyArn: key.arn, materialId, material, context });
  return { token, publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }), validTo };
}

/** Throws `InvalidImportTokenException`, also for another key's token, and `ExpiredImportTokenException`. */
export function readImportToken(kms: Kms, key: KmsKey, token: Buffer): Wrapping {
  const envelope = readEnvelope(token);
  const material = envelope && kms.vault.find(tokensVaultId, envelope.materialId);
  const contents = material && decrypt(envelope, { material, context });
  if (!contents || envelope.keyArn !== key.arn) throw invalidImportToken();
  const { algorithm, validTo, privateKey } = JSON.parse(contents.toString()) as Contents;
  if (kms.now().getTime() >= validTo) throw expiredImportToken();
  const der = Buffer.from(privateKey, 'base64');
  return { algorithm, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

/** The initial value of a key wrap with padding; source: RFC 5649. */
const initialValue = Buffer.from('a65959a6', 'hex');

/** Throws `InvalidCiphertextException` for bytes that were not wrapped under the public key with its algorithm. */
export function unwrap({ algorithm, privateKey }: Wrapping, wrapped: Buffer): Buffer {
  const oaepHash = algorithm.endsWith('_SHA_1') ? 'sha1' : 'sha256';
  const decryptRsa = (bytes: Buffer) =>
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  try {
    if (algorithm.startsWith('RSAES_OAEP')) return decryptRsa(wrapped);
    const aesKeyBytes = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const aesKey = decryptRsa(wrapped.subarray(0, aesKeyBytes));
    const decipher = createDecipheriv(`id-aes${aesKey.length * 8}-wrap-pad`, aesKey, initialValue);
    return Buffer.concat([decipher.update(wrapped.subarray(aesKeyBytes)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}
