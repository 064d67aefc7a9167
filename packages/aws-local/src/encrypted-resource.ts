/** Permission to use the KMS key of an encrypted queue or topic. */
import { AwsError, type Call, type ServiceEmulator } from './protocol.ts';

interface Encrypted {
  readonly arn: string;
  readonly kmsKeyId: string | null;
}

/**
 * Checks the permission by dry runs in KMS; a bare key ID belongs to the resource's account. `context` is the name of
 * the resource's ARN in the encryption context. Throws KMS's error with the prefix `KMS.`.
 */
export async function assertKeyUsable(
  kms: Pick<ServiceEmulator, 'call'>,
  { arn, kmsKeyId }: Encrypted,
  { call, operations, context }: { call: Call; operations: readonly (keyof typeof inputs)[]; context: string },
): Promise<void> {
  if (kmsKeyId === null) return;
  const [, , , region, accountId] = arn.split(':');
  const KeyId = kmsKeyId.startsWith('arn:') ? kmsKeyId : `arn:aws:kms:${region}:${accountId}:key/${kmsKeyId}`;
  for (const operation of operations) {
    const input = { KeyId, EncryptionContext: { [context]: arn }, DryRun: true, ...inputs[operation] };
    await kms.call({ ...call, operation, input }).catch(assertDryRun);
  }
}

/** A dry run always fails: with this error if the call would succeed. */
function assertDryRun(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
  if (error.code !== 'DryRunOperationException') throw new AwsError(`KMS.${error.code}`, error.message);
}

const inputs = {
  GenerateDataKey: { KeySpec: 'AES_256' },
  Decrypt: { DryRunModifiers: ['IGNORE_CIPHERTEXT'] },
};
