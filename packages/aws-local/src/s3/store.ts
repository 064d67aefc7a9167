/**
 * Buckets and objects on disk. An object's bytes are a file with a random name; its record, which names that file, is
 * renamed into place after the bytes are flushed. So an object exists completely or not at all, also after a kill.
 * Does not: support versions, or more keys than fit into memory.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface StoredObject {
  readonly key: string;
  /** The name of the file with its bytes. */
  readonly file: string;
  readonly bytes: number;
  /** MD5 in hex, as S3's entity tag of a plain upload. */
  readonly md5: string;
  readonly modified: string;
  /** Headers that a response repeats: content-type and x-amz-meta-…. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly owner: string;
  readonly objects: Map<string, StoredObject>;
}

export interface Store {
  readonly buckets: ReadonlyMap<string, Bucket>;
  createBucket(name: string, owner: string): Promise<void>;
  /** Writes the bytes, calls `verify`, and then replaces the object. */
  put(bucket: Bucket, content: Content): Promise<StoredObject>;
  remove(bucket: Bucket, key: string): Promise<void>;
  pathOf(bucket: Bucket, object: StoredObject): string;
}

export interface Content {
  readonly key: string;
  readonly bytes: AsyncIterable<Buffer>;
  readonly headers: Readonly<Record<string, string>>;
  verify(): void;
}

export function openStore(dir: string): Store {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const buckets = new Map(
    readdirSync(dir)
      .flatMap((name) => load(dir, name))
      .map((bucket) => [bucket.name, bucket]),
  );
  const folderOf = ({ name }: Bucket) => join(dir, name);
  const pathOf = (bucket: Bucket, { file }: StoredObject) => join(folderOf(bucket), 'bytes', file);
  const recordOf = (bucket: Bucket, key: string) =>
    join(folderOf(bucket), 'records', `${createHash('sha256').update(key).digest('hex')}.json`);
  return {
    buckets,
    pathOf,
    createBucket: async (name, owner) => {
      for (const part of ['bytes', 'records']) mkdirSync(join(dir, name, part), { recursive: true, mode: 0o700 });
      await writeRecord(join(dir, name, 'bucket.json'), { owner });
      buckets.set(name, { name, owner, objects: new Map() });
    },
    put: async (bucket, { key, headers, bytes, verify }) => {
      const file = randomUUID();
      const path = join(folderOf(bucket), 'bytes', file);
      try {
        const written = await writeBytes(path, bytes);
        verify();
        const object: StoredObject = { key, file, ...written, modified: new Date().toISOString(), headers };
        await writeRecord(recordOf(bucket, key), object);
        const before = bucket.objects.get(key);
        bucket.objects.set(key, object);
        if (before) await rm(pathOf(bucket, before), { force: true });
        return object;
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    remove: async (bucket, key) => {
      const object = bucket.objects.get(key);
      if (!object) return;
      bucket.objects.delete(key);
      await rm(recordOf(bucket, key), { force: true });
      await rm(pathOf(bucket, object), { force: true });
    },
  };
}

/** None for a bucket whose creation was interrupted. Removes the files of interrupted uploads. */
function load(dir: string, name: string): Bucket[] {
  const folder = join(dir, name);
  if (!existsSync(join(folder, 'bucket.json'))) return [];
  const { owner } = JSON.parse(readFileSync(join(folder, 'bucket.json'), 'utf8')) as { owner: string };
  const objects = new Map<string, StoredObject>();
  for (const record of readdirSync(join(folder, 'records'))) {
    const path = join(folder, 'records', record);
    if (!record.endsWith('.json')) rmSync(path, { force: true });
    else {
      const object = JSON.parse(readFileSync(path, 'utf8')) as StoredObject;
      objects.set(object.key, object);
    }
  }
  const named = new Set([...objects.values()].map(({ file }) => file));
  for (const file of readdirSync(join(folder, 'bytes')))
    if (!named.has(file)) rmSync(join(folder, 'bytes', file), { force: true });
  return [{ name, owner, objects }];
}

async function writeBytes(path: string, chunks: AsyncIterable<Buffer>): Promise<{ bytes: number; md5: string }> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('md5');
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, md5: hash.digest('hex') };
}

async function writeRecord(path: string, record: unknown): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(record));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
