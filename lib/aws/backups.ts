/** S3: where backups are kept. What is put here is ciphertext already, so the bucket's own encryption is the store's usual one. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { backupConfig } from '#lib/config.ts';
import { Transient } from '#lib/model/problem.ts';

let client: S3Client | undefined;
const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3 });
  return client;
};
const at = (Key: string) => ({ Bucket: backupConfig().BACKUP_BUCKET, Key });

export interface BackupFile {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Streams the file; the object is there in whole or not at all. */
async function put({ key, path, bytes, metadata }: BackupFile): Promise<void> {
  const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const command = new PutObjectCommand({ ...at(key), Body: body, ContentLength: bytes, Metadata: { ...metadata } });
  try {
    await answered(s3().send(command));
  } finally {
    body.destroy();
  }
}

/** Null when there is none. */
async function head(key: string): Promise<{ bytes: number; metadata: Record<string, string> } | null> {
  const found = await unlessMissing(s3().send(new HeadObjectCommand(at(key))));
  return found && { bytes: found.ContentLength ?? 0, metadata: found.Metadata ?? {} };
}

async function get(key: string): Promise<{ body: Readable; metadata: Record<string, string> } | null> {
  const found = await unlessMissing(s3().send(new GetObjectCommand(at(key))));
  if (!found) return null;
  if (!(found.Body instanceof Readable)) throw new Transient('S3 answered without the object');
  return { body: found.Body, metadata: found.Metadata ?? {} };
}

/** Removing what is not there is no failure. Throws `Transient` while S3 does not answer, as all of them do. */
export async function removeObject(key: string): Promise<void> {
  await answered(s3().send(new DeleteObjectCommand(at(key))));
}

/** For the fleet of one machine, which stores and fetches what it backs up. */
export const backupObjects = () => ({ put, head, get });

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Transient('S3 does not answer', { cause: error });
  }
}

/** S3 names a missing object `NoSuchKey` for GetObject and `NotFound` for HeadObject (S3 API reference). */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound') return null;
    throw new Transient('S3 does not answer', { cause: error });
  }
}
