/** A customer's key whose material the customer imported, and can delete, let expire and import again. */
import { randomBytes } from 'node:crypto';
import { wrapped } from 'aws-local/test-support/key-material';
import type { Platform } from './cloud.ts';

export interface ImportedKey {
  readonly arn: string;
  readonly material: Buffer;
}

const algorithm = 'RSAES_OAEP_SHA_256';

/** Until that time (milliseconds), or for good. */
export async function importMaterial(
  { kms }: Pick<Platform, 'kms'>,
  { arn: KeyId, material }: ImportedKey,
  validTo: number | null = null,
): Promise<void> {
  const request = { KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: 'RSA_2048' };
  const { ImportToken, PublicKey } = await kms('GetParametersForImport', request);
  const EncryptedKeyMaterial = wrapped(material, Buffer.from(String(PublicKey), 'base64'), algorithm);
  await kms('ImportKeyMaterial', {
    ...{ KeyId, ImportToken, EncryptedKeyMaterial: EncryptedKeyMaterial.toString('base64') },
    ...(validTo === null ? { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } : { ValidTo: validTo / 1000 }),
  });
}

/** Under the policy that the API returns for the team; its material does not expire. */
export async function anImportedKey(platform: Pick<Platform, 'kms' | 'keyOfCustomer'>): Promise<ImportedKey> {
  const key = { arn: await platform.keyOfCustomer({ Origin: 'EXTERNAL' }), material: randomBytes(32) };
  await importMaterial(platform, key);
  return key;
}
