import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createS3Backups } from '../../src/s3-backups.ts';

const s3 = mockClient(S3Client);
const backups = createS3Backups(new S3Client({ region: 'us-east-1' }), 'bucket');
const named = (name: string) => Object.assign(new Error('a text of S3'), { name });
const at = { Bucket: 'bucket', Key: 'a' };

beforeEach(() => {
  s3.reset();
});

describe('a stored backup', () => {
  it('is uploaded with its length and its metadata', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-s3-backups-'));
    try {
      const path = join(folder, 'backup');
      writeFileSync(path, 'ciphertext');
      s3.on(PutObjectCommand).callsFake(async ({ Body }) => expect(await text(Body)).toBe('ciphertext'));
      await backups.put({ key: 'a', path, bytes: 10, metadata: { format: '1' } });
      expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
        ...at,
        ContentLength: 10,
        Metadata: { format: '1' },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is read with its metadata', async () => {
    s3.on(HeadObjectCommand, at).resolves({ ContentLength: 10, Metadata: { format: '1' } });
    s3.on(GetObjectCommand, at).resolves({ Body: Readable.from(['ciphertext']) as never, Metadata: { format: '1' } });
    expect(await backups.head('a')).toEqual({ bytes: 10, metadata: { format: '1' } });
    const found = await backups.get('a');
    expect(found?.metadata).toEqual({ format: '1' });
    expect(found && (await text(found.body))).toBe('ciphertext');
  });
});

describe('an absent backup', () => {
  it('is null', async () => {
    s3.on(HeadObjectCommand).rejects(named('NotFound'));
    s3.on(GetObjectCommand).rejects(named('NoSuchKey'));
    expect([await backups.head('a'), await backups.get('a')]).toEqual([null, null]);
  });
});

describe('an error of S3', () => {
  it('is unavailable, by its name and without its text', async () => {
    s3.onAnyCommand().rejects(named('SlowDown'));
    const unavailable = {
      name: 'FleetFailure',
      reason: 'unavailable',
      message: expect.stringMatching(/: SlowDown\.$/),
    };
    await expect(backups.head('a')).rejects.toMatchObject(unavailable);
    await expect(backups.get('a')).rejects.toMatchObject(unavailable);
    const object = { key: 'a', path: import.meta.filename, bytes: 1, metadata: {} };
    await expect(backups.put(object)).rejects.toMatchObject(unavailable);
  });
});
