/** S3: where backups are kept. What is put here is ciphertext already, so the bucket's own encryption is the store's usual one. */
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { backupConfig } from '#lib/config.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';

let client: S3Client | undefined;
const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3, ...roleCredentials() });
  return client;
};
const at = (Key: string) => ({ Bucket: backupConfig().BACKUP_BUCKET, Key });

/** Removing what is not there is no failure. Throws `Transient` while S3 does not answer, as all of them do. */
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
