/** The client of S3, and the addresses of objects in the backup bucket. */
import { S3Client } from '@aws-sdk/client-s3';
import { backupConfig } from '#lib/config.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';

let client: S3Client | undefined;

/** Computes checksums only where S3 requires them, because presigned URLs are used by clients that send none. */
export const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3, requestChecksumCalculation: 'WHEN_REQUIRED', ...roleCredentials() });
  return client;
};

export const inBackupBucket = (Key: string) => ({ Bucket: backupConfig().BACKUP_BUCKET, Key });

export const unavailable = (cause: unknown) => new Transient('S3 does not respond', { cause });
