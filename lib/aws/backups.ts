/** Deletes backups from S3. */
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { inBackupBucket, s3, unavailable } from './s3.ts';

/** Idempotent. Throws `Transient`. */
export async function removeObject(key: string): Promise<void> {
  await s3()
    .send(new DeleteObjectCommand(inBackupBucket(key)))
    .catch((error: unknown) => {
      throw unavailable(error);
    });
}
