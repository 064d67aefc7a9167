/** What a volume holds in the clear: a line of JSON about the snapshot, then the snapshot's bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { unlessAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';

const format = 'latchkey-volume/1';
const longestLine = 4096;

export interface Manifest {
  readonly format: typeof format;
  /** `null`: the server's service never saved. */
  readonly rdb: { readonly bytes: number; readonly sha256: string } | null;
}

export const sameManifest = (a: Manifest, b: Manifest) => a.rdb?.bytes === b.rdb?.bytes && a.rdb?.sha256 === b.rdb?.sha256;

export async function manifestOf(rdbPath: string): Promise<Manifest> {
  if ((await unlessAbsent(stat(rdbPath))) === null) return { format, rdb: null };
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(rdbPath, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { format, rdb: { bytes, sha256: hash.digest('hex') } };
}

export async function* writeContent(manifest: Manifest, rdbPath: string, chunkBytes: number): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify(manifest)}\n`);
  if (manifest.rdb) yield* createReadStream(rdbPath, { highWaterMark: chunkBytes });
}

/** Checks length and digest; writes the snapshot to `rdbPath` unless that is `null`. Throws `volume_damaged`. */
export async function readContent(chunks: AsyncIterable<Buffer>, rdbPath: string | null): Promise<Manifest> {
  const hash = createHash('sha256');
  const source = chunks[Symbol.asyncIterator]();
  const { manifest, rest } = await readLine(source);
  const file = rdbPath && manifest.rdb ? await open(rdbPath, 'wx', 0o600) : null;
  let bytes = 0;
  try {
    for (let chunk: Buffer | undefined = rest; chunk; chunk = await nextOf(source)) {
      hash.update(chunk);
      bytes += chunk.length;
      await writeTo(file, chunk);
    }
  } finally {
    await file?.close();
  }
  const intact = manifest.rdb ? manifest.rdb.bytes === bytes && manifest.rdb.sha256 === hash.digest('hex') : bytes === 0;
  if (!intact) throw new FleetFailure('volume_damaged', 'The volume holds another snapshot than it says.');
  return manifest;
}

const writeTo = async (file: FileHandle | null, chunk: Buffer): Promise<void> => {
  if (file && chunk.length > 0) await file.writeFile(chunk);
};

async function nextOf(source: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const next = await source.next();
  return next.done ? undefined : next.value;
}

async function readLine(source: AsyncIterator<Buffer>): Promise<{ manifest: Manifest; rest: Buffer }> {
  let seen = Buffer.alloc(0);
  for (let end = -1; end < 0; ) {
    const chunk = await nextOf(source);
    if (!chunk || seen.length > longestLine) break;
    seen = Buffer.concat([seen, chunk]);
    end = seen.indexOf('\n');
    if (end >= 0) return { manifest: parse(seen.subarray(0, end)), rest: seen.subarray(end + 1) };
  }
  throw new FleetFailure('volume_damaged', 'The volume does not say what it holds.');
}

function parse(line: Buffer): Manifest {
  const manifest = JSON.parse(line.toString('utf8')) as Manifest;
  if (manifest.format !== format) throw new FleetFailure('volume_damaged', 'The volume is of a format that is not known here.');
  return manifest;
}
