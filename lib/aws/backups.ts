/** Deletes backups from S3. */
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { backupConfig } from '#lib/config.ts';
import { Transient } from '#lib/model/problem.ts';
import { s3 } from './s3.ts';

const at = (Key: string) => ({ Bucket: backupConfig().BACKUP_BUCKET, Key });

/** Idempotent. Throws `Transient`. */
export async function removeObject(key: string): Promise<void> {
  await answered(s3().send(new DeleteObjectCommand(at(key))));
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Transient('S3 does not answer', { cause: error });
  }
}
