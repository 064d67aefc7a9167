/** The platform's signing key: what it signs can be verified by anybody who has its public key. */

import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { evidenceConfig } from '#lib/config.ts';
import type { Signer } from '#lib/model/checkpoint.ts';
import type { EvidenceSigner } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { controlPlaneKms } from './kms.ts';
import { kmsFailure } from './kms-errors.ts';

let signer: Promise<Signer> | undefined;

export const evidenceSigner = (): EvidenceSigner => ({
  /** Asked for once: the key pair of a KMS key never changes. */
  signer: (): Promise<Signer> => {
    signer ??= publicKeyOf(evidenceConfig().EVIDENCE_KEY_ARN).catch((error: unknown) => {
      signer = undefined;
      throw error;
    });
    return signer;
  },

  /** ECDSA over P-256, in DER, in base64. A message of more than 4096 bytes can be signed only as its digest (KMS API reference, "Sign"). */
  signDigest: async (digest: Uint8Array): Promise<string> => {
    const KeyId = evidenceConfig().EVIDENCE_KEY_ARN;
    const command = new SignCommand({
      KeyId,
      Message: digest,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    const { Signature } = await untilKmsAnswers(controlPlaneKms().send(command));
    return Buffer.from(Signature ?? []).toString('base64');
  },
});

async function publicKeyOf(arn: string): Promise<Signer> {
  const { KeyId = arn, PublicKey } = await untilKmsAnswers(
    controlPlaneKms().send(new GetPublicKeyCommand({ KeyId: arn })),
  );
  const lines =
    Buffer.from(PublicKey ?? [])
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return { keyId: KeyId, publicKey: `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n` };
}

async function untilKmsAnswers<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (kmsFailure(error).kind === 'unknown') throw new Transient('KMS does not sign now', { cause: error });
    throw error;
  }
}
