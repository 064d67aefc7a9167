/** A backup's object in S3: encryption, completion, and missing objects. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { transfers } from '#lib/aws/backup-transfers.ts';
import { keyArn, teamId } from '#test/support/build.ts';

const backup = { backupId: 'bak_1', teamId, databaseId: 'db_1', keyArn, objectKey: 'team/db_1/bak_1' };
const settings = {
  BACKUP_BUCKET: 'latchkey-backups',
  BACKUP_KEEP_COUNT: '7',
  BACKUP_KEEP_DAYS: '35',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};
const before = { ...process.env };
beforeAll(() => void Object.assign(process.env, settings));
afterAll(() => {
  process.env = before;
});

describe('a backup in S3', () => {
  it('is encrypted under the database’s key, and bound to team, database and backup', async () => {
    const s3 = mockClient(S3Client);
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload-1' });
    s3.on(PutObjectCommand).resolves({});
    const listUrl = await transfers().beginUpload({ backup, bytes: 2500, memoryBytes: 9000, partBytes: 1000 });
    const [begun] = s3.commandCalls(CreateMultipartUploadCommand).map(({ args }) => args[0].input);

    expect(begun).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, BucketKeyEnabled: false });
    expect(JSON.parse(Buffer.from(begun?.SSEKMSEncryptionContext ?? '', 'base64').toString())).toEqual({
      'latchkey:team': teamId,
      'latchkey:database': 'db_1',
      'latchkey:backup': 'bak_1',
    });

    const urls = String(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Body)
      .trim()
      .split('\n')
      .map((url) => new URL(url));
    expect(urls.map(({ searchParams }) => searchParams.get('partNumber'))).toEqual(['1', '2', '3']);
    for (const { pathname, searchParams } of urls) {
      expect(pathname).toBe('/team/db_1/bak_1');
      expect(searchParams.get('X-Amz-Expires')).toBe('3600');
    }
    expect(new URL(listUrl).searchParams.get('X-Amz-Expires')).toBe('900');
  });

  it('is there once its newest upload is completed, and the list of URLs is gone then', async () => {
    const s3 = mockClient(S3Client);
    const Uploads = [
      { Key: backup.objectKey, UploadId: 'old', Initiated: new Date(1) },
      { Key: backup.objectKey, UploadId: 'new', Initiated: new Date(2) },
      { Key: `${backup.objectKey}0`, UploadId: 'another', Initiated: new Date(3) },
    ];
    s3.on(ListMultipartUploadsCommand).resolves({ Uploads });
    s3.on(ListPartsCommand).resolves({ Parts: [{ PartNumber: 1, ETag: 'a' }] });
    s3.on(CompleteMultipartUploadCommand).resolves({});

    s3.on(DeleteObjectCommand).resolves({});

    expect(await transfers().completeUpload(backup.objectKey)).toBe(true);
    expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toMatchObject({ UploadId: 'new' });
    expect(s3.commandCalls(DeleteObjectCommand)[0]?.args[0].input.Key).toBe('team/db_1/bak_1.parts');

    s3.on(ListMultipartUploadsCommand).resolves({});
    expect(await transfers().completeUpload(backup.objectKey)).toBe(false);
  });

  it('is found with its size and the memory that it needs, or is missing', async () => {
    const headers = { 'content-length': '2500', 'x-amz-meta-memory-bytes': '9000' };
    const fetched = jest.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { headers }));

    expect(await transfers().find(backup.objectKey)).toEqual({ bytes: 2500, memoryBytes: 9000 });

    fetched.mockResolvedValueOnce(new Response(null, { status: 404 }));
    expect(await transfers().find(backup.objectKey)).toBeNull();
    fetched.mockRestore();
  });
});
