import { S3Client } from '@aws-sdk/client-s3';
import { roleCredentials } from './credentials.ts';

let client: S3Client | undefined;

/** Computes checksums only where S3 requires them, because presigned URLs are used by clients that send none. */
export const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3, requestChecksumCalculation: 'WHEN_REQUIRED', ...roleCredentials() });
  return client;
};
