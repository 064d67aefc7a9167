/** Backups in an S3 bucket. They are ciphertext before they are uploaded. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BackupObjects } from './backup-objects.ts';
import { FleetFailure } from './failure.ts';

/** Every method throws `FleetFailure` with the reason `unavailable` if S3 does not respond, or refuses. */
export function createS3Backups(client: S3Client, bucket: string): BackupObjects {
  const at = (Key: string) => ({ Bucket: bucket, Key });
  return {
    async put({ key, path, bytes, metadata }) {
      const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
      const command = new PutObjectCommand({ ...at(key), Body: body, ContentLength: bytes, Metadata: { ...metadata } });
      try {
        await client.send(command);
      } catch (error) {
        throw unavailable(error);
      } finally {
        body.destroy();
      }
    },
    async head(key) {
      const found = await unlessMissing(client.send(new HeadObjectCommand(at(key))));
      return found && { bytes: found.ContentLength ?? 0, metadata: found.Metadata ?? {} };
    },
    async get(key) {
      const found = await unlessMissing(client.send(new GetObjectCommand(at(key))));
      if (!found) return null;
      if (!(found.Body instanceof Readable)) throw unavailable(new Error('The response has no body.'));
      return { body: found.Body, metadata: found.Metadata ?? {} };
    },
  };
}

/** S3 names a missing object `NoSuchKey` for GetObject and `NotFound` for HeadObject (S3 API reference). */
async function unlessMissing<T>(response: Promise<T>): Promise<T | null> {
  try {
    return await response;
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound') return null;
    throw unavailable(error);
  }
}

const unavailable = (cause: unknown) =>
  new FleetFailure(
    'unavailable',
    `S3 refused or did not respond: ${cause instanceof Error ? cause.name : 'Unknown'}.`,
    { cause },
  );
