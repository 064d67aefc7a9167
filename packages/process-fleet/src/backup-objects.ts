/** The store of backups: objects by key, with metadata. */
import type { Readable } from 'node:stream';
import { FleetFailure } from './failure.ts';

export interface BackupObjects {
  /** Stores the file under the key, atomically. */
  put(object: {
    readonly key: string;
    readonly path: string;
    readonly bytes: number;
    readonly metadata: Metadata;
  }): Promise<void>;
  /** Null if there is none. */
  head(key: string): Promise<{ readonly bytes: number; readonly metadata: Metadata } | null>;
  get(key: string): Promise<{ readonly body: Readable; readonly metadata: Metadata } | null>;
}

export type Metadata = Readonly<Record<string, string>>;

/** The metadata of a backup, which is needed to decrypt it by KMS. */
export interface BackupNote {
  readonly keyArn: string;
  /** The data key, wrapped under the KMS key (base64). */
  readonly wrappedKey: string;
  /** The service's memory when it was saved, in bytes. */
  readonly memoryBytes: number;
}

const format = 'latchkey-backup/1';

export const asMetadata = ({ keyArn, wrappedKey, memoryBytes }: BackupNote): Metadata => ({
  format,
  'key-arn': keyArn,
  'wrapped-key': wrappedKey,
  'memory-bytes': String(memoryBytes),
});

/** Throws `backup_damaged` for an object that is not a backup of this fleet. */
export function noteIn(metadata: Metadata): BackupNote {
  const { 'key-arn': keyArn, 'wrapped-key': wrappedKey, 'memory-bytes': memoryBytes } = metadata;
  if (metadata.format !== format || !keyArn || !wrappedKey || !memoryBytes)
    throw new FleetFailure('backup_damaged', 'The object does not say that it is a backup.');
  return { keyArn, wrappedKey, memoryBytes: Number(memoryBytes) };
}
