/** Data keys of volumes, by KMS. Its errors are translated here, once: is the key unusable, or is its state unknown? */
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { FleetFailure } from './failure.ts';
import type { ServerSpec } from './port.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * Both throw a `FleetFailure`: `key_unusable`, `unavailable`, or `volume_damaged` for a wrapped key that KMS does not
 * know as its own.
 */
export interface VolumeKms {
  /** A new AES-256 key, in the clear and wrapped under the KMS key. */
  generateDataKey(keyArn: string, context: EncryptionContext): Promise<{ plaintext: Uint8Array; wrapped: Uint8Array }>;
  unwrap(keyArn: string, wrapped: Uint8Array, context: EncryptionContext): Promise<Uint8Array>;
}

interface VolumeKmsOptions {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Binds a data key to its team and database, so that a key policy can distinguish them. */
export const encryptionContextOf = ({
  teamId,
  databaseId,
}: Pick<ServerSpec, 'teamId' | 'databaseId'>): EncryptionContext => ({
  'latchkey:team': teamId,
  'latchkey:database': databaseId,
});

/** Few SDK retries and short timeouts: the caller retries. */
const patience = { maxAttempts: 2, requestHandler: { requestTimeout: 5000, connectionTimeout: 2000 } };

export function createVolumeKms(options: VolumeKmsOptions): VolumeKms & { close(): void } {
  const client = new KMSClient({ ...options, ...patience });
  return {
    generateDataKey: async (keyArn, context) => {
      const command = new GenerateDataKeyCommand({
        KeyId: keyArn,
        KeySpec: 'AES_256',
        EncryptionContext: { ...context },
      });
      const { Plaintext, CiphertextBlob } = await translated(client.send(command));
      return { plaintext: present(Plaintext), wrapped: present(CiphertextBlob) };
    },
    unwrap: async (keyArn, wrapped, context) => {
      const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: wrapped, EncryptionContext: { ...context } });
      return present((await translated(client.send(command))).Plaintext);
    },
    close: () => client.destroy(),
  };
}

const translated = <T>(response: Promise<T>): Promise<T> =>
  response.catch((error: unknown) => {
    throw kmsFailureOf(error);
  });

/**
 * Error names: AWS KMS API reference, "Decrypt" and "GenerateDataKey". What it does not name there is not KMS's "no".
 */
export function kmsFailureOf(error: unknown): FleetFailure {
  const name = error instanceof Error ? error.name : 'Unknown';
  switch (name) {
    case 'DisabledException':
    case 'KMSInvalidStateException':
    case 'AccessDeniedException':
    case 'NotFoundException':
      return new FleetFailure('key_unusable', `KMS refused the volume's key: ${name}.`, { cause: error });
    case 'InvalidCiphertextException':
    case 'IncorrectKeyException':
      return new FleetFailure('volume_damaged', `The wrapped data key beside the volume is not this key's: ${name}.`, {
        cause: error,
      });
    default:
      return new FleetFailure('unavailable', `KMS did not respond for the volume's key: ${name}.`, { cause: error });
  }
}

function present(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new FleetFailure('unavailable', 'KMS responded without key material.');
  return bytes;
}

/** The id by which KMS and CloudTrail know a failed request; null if KMS did not respond. */
export function requestIdOf(error: unknown): string | null {
  const metadata: unknown = error instanceof Error ? Reflect.get(error, '$metadata') : null;
  const id: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'requestId') : null;
  return typeof id === 'string' ? id : null;
}
