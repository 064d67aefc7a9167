/** Signs with the platform's signing key; its public key verifies the signatures. */

import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { evidenceConfig } from '#lib/config.ts';
import type { Signer } from '#lib/model/checkpoint.ts';
import type { EvidenceSigner } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { controlPlaneKms } from './kms.ts';
import { kmsFailure } from './kms-errors.ts';

let signer: Promise<Signer> | undefined;

export const evidenceSigner = (): EvidenceSigner => ({
  /** Cached, because the key pair of a KMS key never changes. */
  signer: (): Promise<Signer> => {
    signer ??= publicKeyOf(evidenceConfig().EVIDENCE_KEY_ARN).catch((error: unknown) => {
      signer = undefined;
      throw error;
    });
    return signer;
  },

  /**
   * Returns an ECDSA signature over P-256, in DER and base64. Signs a digest, because KMS limits messages to 4096 bytes
   * (KMS API reference, "Sign").
   */
  signDigest: async (digest: Uint8Array): Promise<string> => {
    const KeyId = evidenceConfig().EVIDENCE_KEY_ARN;
    const command = new SignCommand({
      KeyId,
      Message: digest,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    const { Signature } = await translateUnknown(controlPlaneKms().send(command));
    return Buffer.from(Signature ?? []).toString('base64');
  },
});

async function publicKeyOf(arn: string): Promise<Signer> {
  const { KeyId = arn, PublicKey } = await translateUnknown(
    controlPlaneKms().send(new GetPublicKeyCommand({ KeyId: arn })),
  );
  const lines =
    Buffer.from(PublicKey ?? [])
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return { keyId: KeyId, publicKey: `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n` };
}

async function translateUnknown<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (kmsFailure(error).kind === 'unknown') throw new Transient('KMS does not respond', { cause: error });
    throw error;
  }
}
