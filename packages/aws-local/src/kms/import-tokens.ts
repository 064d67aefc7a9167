/**
 * The parameters of an import: an RSA key pair, and a token that carries its private half, sealed under a key of this
 * emulator's. So nothing is stored, and a token outlives a restart.
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
import { readEnvelope, seal, unseal } from './ciphertext.ts';
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

/** Where the vault holds the key that seals tokens. */
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

/** Valid for 24 hours, at any speed, since the key's owner has to wrap the material in that time. */
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
  const token = seal(Buffer.from(JSON.stringify(contents)), { keyArn: key.arn, materialId, material, context });
  return { token, publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }), validTo };
}

/** Throws `InvalidImportTokenException`, also for another key's token, and `ExpiredImportTokenException`. */
export function openImportToken(kms: Kms, key: KmsKey, token: Buffer): Wrapping {
  const envelope = readEnvelope(token);
  const material = envelope && kms.vault.find(tokensVaultId, envelope.materialId);
  const opened = material && unseal(envelope, { material, context });
  if (!opened || envelope.keyArn !== key.arn) throw invalidImportToken();
  const { algorithm, validTo, privateKey } = JSON.parse(opened.toString()) as Contents;
  if (kms.now().getTime() >= validTo) throw expiredImportToken();
  const der = Buffer.from(privateKey, 'base64');
  return { algorithm, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

/** The initial value of a key wrap with padding; source: RFC 5649. */
const initialValue = Buffer.from('a65959a6', 'hex');

/** Throws `InvalidCiphertextException` for bytes that were not wrapped under the public key, by its algorithm. */
export function unwrap({ algorithm, privateKey }: Wrapping, wrapped: Buffer): Buffer {
  const oaepHash = algorithm.endsWith('_SHA_1') ? 'sha1' : 'sha256';
  const opened = (bytes: Buffer) =>
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  try {
    if (algorithm.startsWith('RSAES_OAEP')) return opened(wrapped);
    const aesKeyBytes = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const aesKey = opened(wrapped.subarray(0, aesKeyBytes));
    const decipher = createDecipheriv(`id-aes${aesKey.length * 8}-wrap-pad`, aesKey, initialValue);
    return Buffer.concat([decipher.update(wrapped.subarray(aesKeyBytes)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}
