/** Encrypts under a key's current backing key, and decrypts with the one that the ciphertext names. */
import { decrypt, type Envelope, encrypt } from './ciphertext.ts';
import type { Kms } from './context.ts';
import { invalidCiphertext } from './errors.ts';
import { vaultIdOf } from './multi-region.ts';
import type { KmsKey, TextMap } from './records.ts';

interface Current {
  readonly materialId: string;
  readonly material: Buffer;
}

function currentMaterial({ vault }: Kms, key: KmsKey): Current {
  const materialId = key.materialIds.at(-1) ?? '';
  const material = vault.find(vaultIdOf(key), materialId);
  if (!material) throw new Error(`The key material of ${key.arn} is missing.`);
  return { materialId, material };
}

export function encryptUnderKey(
  kms: Kms,
  key: KmsKey,
  { plaintext, context }: { plaintext: Buffer; context: TextMap },
) {
  const { materialId, material } = currentMaterial(kms, key);
  const blob = encrypt(plaintext, { keyArn: key.arn, materialId, material, context });
  return { CiphertextBlob: blob.toString('base64'), KeyMaterialId: materialId };
}

/** Throws `InvalidCiphertextException` for altered bytes, another context, or an unknown backing key. */
export function decryptUnderKey(
  kms: Kms,
  key: KmsKey,
  { envelope, context }: { envelope: Envelope; context: TextMap },
): Buffer {
  const material = key.materialIds.includes(envelope.materialId)
    ? kms.vault.find(vaultIdOf(key), envelope.materialId)
    : null;
  const plaintext = material && decrypt(envelope, { material, context });
  if (!plaintext) throw invalidCiphertext();
  return plaintext;
}
