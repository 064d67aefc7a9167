/**
 * S3 for servers that have no rights of their own: objects under the database's key, read and written by presigned
 * URLs.
 */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Downloads, Transfers } from './cloud.ts';
import { headersOf, presignedUrl } from './presigned.ts';
import { orRefusal } from './refusal.ts';
import { inBackupBucket as at, s3 } from './s3.ts';

const listKey = (objectKey: string) => `${objectKey}.parts`;

/** Seconds until the URLs of the list and of downloads expire, and those of the parts. */
const downloadSeconds = 900;
const uploadSeconds = 3600;

/** Separate from uploads, so that a function that only restores bundles no part of S3's client for uploads. */
export const downloads = (): Downloads => ({ find, downloadUrl });

export const transfers = (): Transfers => ({ ...downloads(), beginUpload, completeUpload });

const find: Transfers['find'] = async (objectKey) => {
  const headers = await headersOf(objectKey);
  if (!headers) return null;
  const numberIn = (name: string) => Number(headers.get(name) ?? 0);
  return { bytes: numberIn('content-length'), memoryBytes: numberIn('x-amz-meta-memory-bytes') };
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
    numbers.map((number) =>
      presignedUrl({
        method: 'PUT',
        objectKey: backup.objectKey,
        query: { partNumber: String(number), uploadId: UploadId ?? '' },
        expiresIn: uploadSeconds,
      }),
    ),
  );
  const list = at(listKey(backup.objectKey));
  await orRefusal(s3().send(new PutObjectCommand({ ...list, Body: urls.map((url) => `${url}\n`).join('') })));
  return downloadUrl(listKey(backup.objectKey));
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
  presignedUrl({ method: 'GET', objectKey, expiresIn: downloadSeconds });
