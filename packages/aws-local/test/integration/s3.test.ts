import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAwsEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Listener } from '../../src/listener.ts';
import { createS3 } from '../../src/s3/s3.ts';
import { accessKey, customerAccount, platformAccount } from '../../test-support/accounts.ts';

const Bucket = 'shop-backups';
let dir: string;
let endpoint: Listener;
let client: S3Client;
const clients: S3Client[] = [];

const clientOf = (accessKeyId: string) => {
  const made = new S3Client({
    endpoint: endpoint.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
  clients.push(made);
  return made;
};
const open = async () => {
  endpoint = await startAwsEndpoint({ port: 0, services: {}, s3: createS3({ dir }) });
  client = clientOf(accessKey(platformAccount));
};
const bytesOf = async (Key: string) =>
  Buffer.from((await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()) ?? []);
const keys = async (input = {}) =>
  (await client.send(new ListObjectsV2Command({ Bucket, ...input }))).Contents?.map(({ Key }) => Key) ?? [];
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shop-s3-'));
  await open();
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.destroy();
  await endpoint.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('an object', () => {
  it('comes back as it was put, with its metadata', async () => {
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: 'a/b c+ü', Body: 'hello', Metadata: { 'wrapped-key': 'AQ==' } }),
    );
    expect(put.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(await bytesOf('a/b c+ü')).toEqual(Buffer.from('hello'));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a/b c+ü' }));
    expect(head).toMatchObject({ ContentLength: 5, Metadata: { 'wrapped-key': 'AQ==' }, ETag: put.ETag });
  });

  it('streams in and out, checked by its trailing checksum', async () => {
    const content = randomBytes(3_000_001);
    const chunks = Readable.from([content.subarray(0, 1), content.subarray(1, 2_000_000), content.subarray(2_000_000)]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'big', Body: chunks, ContentLength: content.length }));
    expect(sha256(await bytesOf('big'))).toBe(sha256(content));
  });

  it('is replaced in whole, and is gone after its removal, which may be repeated', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second' }));
    expect(String(await bytesOf('k'))).toBe('second');
    for (const _ of [1, 2]) await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({ name: 'NotFound' });
    expect(readdirSync(join(dir, Bucket, 'bytes'))).toEqual([]);
  });

  it('is not made over another where the sender says so', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first', IfNoneMatch: '*' }));
    const again = client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second', IfNoneMatch: '*' }));
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    expect(String(await bytesOf('k'))).toBe('first');
  });

  it('is refused when its bytes are not what the sender says, and nothing is stored', async () => {
    const wrong = client.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    );
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    const damaged = client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumSHA256: 'AAAA' }));
    await expect(damaged).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await keys()).toEqual([]);
    expect(readdirSync(join(dir, Bucket, 'bytes'))).toEqual([]);
  });
});

describe('a list', () => {
  it('goes by the bytes of the keys, by prefix, page after page', async () => {
    for (const Key of ['b/2', 'a', 'b/1', 'b/Z', 'c'])
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    expect(await keys()).toEqual(['a', 'b/1', 'b/2', 'b/Z', 'c']);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', MaxKeys: 2 }));
    expect(first).toMatchObject({ KeyCount: 2, IsTruncated: true });
    expect(await keys({ Prefix: 'b/', ContinuationToken: first.NextContinuationToken })).toEqual(['b/Z']);
  });
});

describe('a bucket', () => {
  it('is its owner’s only, and may be created again by them', async () => {
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new HeadBucketCommand({ Bucket }));
    const stranger = clientOf(accessKey(customerAccount));
    await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(stranger.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyExists',
    });
    await expect(clientOf('AKIASTRANGER').send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
  });

  it('has to be there, under a name that S3 allows', async () => {
    await expect(client.send(new PutObjectCommand({ Bucket: 'another', Key: 'k', Body: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await expect(client.send(new CreateBucketCommand({ Bucket: 'Upper' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });
});

describe('what this emulator does not do', () => {
  it('is refused as not implemented, at once', async () => {
    const commands = [
      new ListBucketsCommand({}),
      new CreateMultipartUploadCommand({ Bucket, Key: 'k' }),
      new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=0-1' }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=b' }),
      new ListObjectsV2Command({ Bucket, Delimiter: '/' }),
    ];
    for (const command of commands) {
      const sent = client.send(command as ListBucketsCommand);
      await expect(sent).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    }
    expect(await keys()).toEqual([]);
  });
});

describe('a process that is killed', () => {
  it('leaves whole objects, and no others: what was half written is cleared at the next start', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: 'kept', Metadata: { a: 'b' } }));
    writeFileSync(join(dir, Bucket, 'bytes', 'half'), 'half an upload');
    writeFileSync(join(dir, Bucket, 'records', 'x.json.half'), '{');
    await endpoint.close();
    await open();
    expect(await keys()).toEqual(['whole']);
    expect(String(await bytesOf('whole'))).toBe('kept');
    expect(readdirSync(join(dir, Bucket, 'bytes'))).toHaveLength(1);
    expect(readdirSync(join(dir, Bucket, 'records'))).toHaveLength(1);
  });
});
