/** The calls that try an action of a key without changing anything. */
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import type { Context } from '#lib/model/key.ts';

const sample = Buffer.from('latchkey');

interface Use {
  readonly keyArn: string;
  readonly context: Context;
  /** Whether it is a dry run. */
  readonly dryRun: boolean;
}

export const encryption = ({ keyArn, context, dryRun }: Use) =>
  new EncryptCommand({ KeyId: keyArn, Plaintext: sample, EncryptionContext: context, DryRun: dryRun });

export const dataKey = ({ keyArn, context, dryRun }: Use) =>
  new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context, DryRun: dryRun });

export const bareDataKey = ({ keyArn, context, dryRun }: Use) =>
  new GenerateDataKeyWithoutPlaintextCommand({
    KeyId: keyArn,
    KeySpec: 'AES_256',
    EncryptionContext: context,
    DryRun: dryRun,
  });

interface DecryptInput {
  readonly keyArn: string;
  readonly ciphertext: Uint8Array | undefined;
  readonly context: Context;
}

/** A real call where there is a ciphertext. */
export const decryption = ({ keyArn, ciphertext, context }: DecryptInput) =>
  ciphertext
    ? new DecryptCommand({ KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionContext: context })
    : new DecryptCommand({
        KeyId: keyArn,
        EncryptionContext: context,
        DryRun: true,
        DryRunModifiers: ['IGNORE_CIPHERTEXT'],
      });

/** Always a dry run. */
export const reEncryption = ({ keyArn, ciphertext, context }: DecryptInput) =>
  new ReEncryptCommand({
    SourceKeyId: keyArn,
    DestinationKeyId: keyArn,
    SourceEncryptionContext: context,
    DestinationEncryptionContext: context,
    DryRun: true,
    ...(ciphertext ? { CiphertextBlob: ciphertext } : { DryRunModifiers: ['IGNORE_CIPHERTEXT'] }),
  });
