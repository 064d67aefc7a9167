/**
 * S3 for servers that have no rights of their own: objects under the database's key, read and written by presigned
 * URLs.
 */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Downloads, Transfers } from './cloud.ts';
import { AwsRefusal, orRefusal } from './refusal.ts';
import { inBackupBucket as at, s3 } from './s3.ts';

const listKey = (objectKey: string) => `${objectKey}.parts`;

/** Seconds until the URLs of the list and of downloads expire, and those of the parts. */
const downloadSeconds = 900;
const uploadSeconds = 3600;

/** Separate from uploads, so that a function that only restores bundles no part of S3's client for uploads. */
export const downloads = (): Downloads => ({ find, downloadUrl });

export const transfers = (): Transfers => ({ ...downloads(), beginUpload, completeUpload });

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
    // A bucket key would not have the backup's encryption context.
    BucketKeyEnabled: false,
    Metadata: { 'memory-bytes': String(memoryBytes), 'key-arn': backup.keyArn },
  });
  const { UploadId } = await orRefusal(s3().send(command));
  const numbers = Array.from({ length: Math.max(1, Math.ceil(bytes / partBytes)) }, (_, index) => index + 1);
  const urls = await Promise.all(
    numbers.map((PartNumber) =>
      getSignedUrl(s3(), new UploadPartCommand({ ...at(backup.objectKey), UploadId, PartNumber }), {
        expiresIn: uploadSeconds,
      }),
    ),
  );
  const list = at(listKey(backup.objectKey));
  await orRefusal(s3().send(new PutObjectCommand({ ...list, Body: urls.map((url) => `${url}\n`).join('') })));
  return getSignedUrl(s3(), new GetObjectCommand(list), { expiresIn: downloadSeconds });
};

const completeUpload: Transfers['completeUpload'] = async (objectKey) => {
  const { Bucket } = at(objectKey);
  const { Uploads = [] } = await orRefusal(s3().send(new ListMultipartUploadsCommand({ Bucket, Prefix: objectKey })));
  const newestUpload = Uploads.toSorted((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0)).find(
    ({ Key }) => Key === objectKey,
  );
  if (!newestUpload?.UploadId) return false;
  const { Parts = [] } = await orRefusal(
    s3().send(new ListPartsCommand({ ...at(objectKey), UploadId: newestUpload.UploadId })),
  );
  if (Parts.length === 0) return false;
  const MultipartUpload = { Parts: Parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber })) };
  await orRefusal(
    s3().send(
      new CompleteMultipartUploadCommand({ ...at(objectKey), UploadId: newestUpload.UploadId, MultipartUpload }),
    ),
  );
  await orRefusal(s3().send(new DeleteObjectCommand(at(listKey(objectKey)))));
  return true;
};

const downloadUrl: Transfers['downloadUrl'] = (objectKey) =>
  getSignedUrl(s3(), new GetObjectCommand(at(objectKey)), { expiresIn: downloadSeconds });

/** S3 names a missing object `NotFound` for HeadObject (S3 API reference). */
function unlessMissing(error: unknown): null {
  if (error instanceof AwsRefusal && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return null;
  throw error;
}
