/** S3, for servers that have no rights of their own: objects under the database's key, written and read by URLs that run out. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { backupConfig } from '#lib/config.ts';
import type { Transfers } from './cloud.ts';
import { roleCredentials } from './credentials.ts';
import { AwsRefusal, orRefusal } from './refusal.ts';

let client: S3Client | undefined;
const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3, requestChecksumCalculation: 'WHEN_REQUIRED', ...roleCredentials() });
  return client;
};
const at = (Key: string) => ({ Bucket: backupConfig().BACKUP_BUCKET, Key });
const listOf = (objectKey: string) => `${objectKey}.parts`;

/** Seconds: to begin with the list or a download, and to have stored every part. */
const beginWithin = 900;
const storeWithin = 3600;

export const transfers = (): Transfers => ({
  find,
  beginUpload,
  completeUpload,
  downloadUrl,
});

const find: Transfers['find'] = async (objectKey) => {
  const found = await orRefusal(s3().send(new HeadObjectCommand(at(objectKey)))).catch(unlessMissing);
  return found && { bytes: found.ContentLength ?? 0, memoryBytes: Number(found.Metadata?.['memory-bytes'] ?? 0) };
};

const beginUpload: Transfers['beginUpload'] = async ({ backup, bytes, memoryBytes, partBytes }) => {
  const context = {
    'latchkey:team': backup.teamId,
    'latchkey:database': backup.databaseId,
    'latchkey:backup': backup.backupId,
  };
  const command = new CreateMultipartUploadCommand({
    ...at(backup.objectKey),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: backup.keyArn,
    SSEKMSEncryptionContext: Buffer.from(JSON.stringify(context)).toString('base64'),
    // A bucket key would be of the bucket, not of the backup, and its context not the team's.
    BucketKeyEnabled: false,
    Metadata: { 'memory-bytes': String(memoryBytes), 'key-arn': backup.keyArn },
  });
  const { UploadId } = await orRefusal(s3().send(command));
  const numbers = Array.from({ length: Math.max(1, Math.ceil(bytes / partBytes)) }, (_, index) => index + 1);
  const urls = await Promise.all(
    numbers.map((PartNumber) =>
      getSignedUrl(s3(), new UploadPartCommand({ ...at(backup.objectKey), UploadId, PartNumber }), {
        expiresIn: storeWithin,
      }),
    ),
  );
  const list = at(listOf(backup.objectKey));
  await orRefusal(s3().send(new PutObjectCommand({ ...list, Body: urls.map((url) => `${url}\n`).join('') })));
  return getSignedUrl(s3(), new GetObjectCommand(list), { expiresIn: beginWithin });
};

const completeUpload: Transfers['completeUpload'] = async (objectKey) => {
  const { Bucket } = at(objectKey);
  const { Uploads = [] } = await orRefusal(s3().send(new ListMultipartUploadsCommand({ Bucket, Prefix: objectKey })));
  const newest = Uploads.toSorted((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0)).find(
    ({ Key }) => Key === objectKey,
  );
  if (!newest?.UploadId) return false;
  const { Parts = [] } = await orRefusal(
    s3().send(new ListPartsCommand({ ...at(objectKey), UploadId: newest.UploadId })),
  );
  if (Parts.length === 0) return false;
  const MultipartUpload = { Parts: Parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber })) };
  await orRefusal(
    s3().send(new CompleteMultipartUploadCommand({ ...at(objectKey), UploadId: newest.UploadId, MultipartUpload })),
  );
  await orRefusal(s3().send(new DeleteObjectCommand(at(listOf(objectKey)))));
  return true;
};

const downloadUrl: Transfers['downloadUrl'] = (objectKey) =>
  getSignedUrl(s3(), new GetObjectCommand(at(objectKey)), { expiresIn: beginWithin });

/** S3 names a missing object `NotFound` for HeadObject (S3 API reference). */
function unlessMissing(error: unknown): null {
  if (error instanceof AwsRefusal && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return null;
  throw error;
}
