/**
 * What a volume holds in the clear: a line of JSON that names its files, then the bytes of these files, one after
 * another.
 */
import { stat } from 'node:fs/promises';
import { nullIfAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import type { Destination, OpenDestination } from './snapshot-destination.ts';
import type { Blocks } from './volume-bytes.ts';

const snapshotFormat = 'latchkey-volume/2';
/** Has the files of an append-only file instead of a snapshot. */
const appendOnlyFormat = 'latchkey-volume/3';
/** The line of the first one had a digest as well; the cipher proves each byte, so it is no longer used. */
const formats: readonly string[] = ['latchkey-volume/1', snapshotFormat, appendOnlyFormat];
const longestLine = 64 * 1024;

export interface Part {
  readonly name: string;
  readonly bytes: number;
}

export interface Manifest {
  readonly format: string;
  /** `null`: there is no snapshot. */
  readonly rdb: { readonly bytes: number } | null;
  readonly appendOnly?: readonly Part[];
}

/** The content of a volume, and the paths of its files. */
export interface Content {
  readonly manifest: Manifest;
  readonly pathOf: (name: string) => string;
}

const snapshotName = 'dump.rdb';

/** `null` in the manifest: the server's service never saved. */
export async function snapshotContent(rdbPath: string): Promise<Content> {
  const found = await nullIfAbsent(stat(rdbPath));
  return { manifest: { format: snapshotFormat, rdb: found && { bytes: found.size } }, pathOf: () => rdbPath };
}

export const appendOnlyContent = (appendOnly: readonly Part[], pathOf: Content['pathOf']): Content => ({
  manifest: { format: appendOnlyFormat, rdb: null, appendOnly },
  pathOf,
});

const partsOf = ({ rdb, appendOnly }: Manifest): readonly Part[] =>
  appendOnly ?? (rdb ? [{ name: snapshotName, bytes: rdb.bytes }] : []);

export async function* writeContent({ manifest, pathOf }: Content, blocks: Blocks): AsyncGenerator<Buffer> {
  const line = Buffer.from(`${JSON.stringify(manifest)}\n`);
  const [first, ...others] = partsOf(manifest);
  if (!first) {
    yield line;
    return;
  }
  yield* blocks.read(pathOf(first.name), line);
  for (const { name } of others) yield* blocks.read(pathOf(name));
}

export interface ContentReader {
  /** The next bytes, which nothing keeps. Throws `volume_damaged`, and what the destination throws. */
  take(chunk: Buffer): Promise<void>;
  /** How many bytes it took. */
  readonly taken: () => number;
  /** Once all is taken. Throws `volume_damaged` for files of another length than the volume says. */
  manifest(): Manifest;
  close(): Promise<void>;
}

export function contentReader(openDestination: OpenDestination): ContentReader {
  let line = Buffer.alloc(0);
  let manifest: Manifest | undefined;
  let files: Files | undefined;
  let taken = 0;
  const takeLine = async (chunk: Buffer) => {
    const begun = line.length > 0 ? Buffer.concat([line, chunk]) : chunk;
    const end = begun.indexOf('\n');
    if (end < 0 && begun.length <= longestLine) {
      line = Buffer.from(begun);
      return;
    }
    manifest = parse(begun.subarray(0, end));
    files = await openFiles(partsOf(manifest), openDestination);
    await files.take(begun.subarray(end + 1));
  };
  return {
    take: async (chunk) => {
      taken += chunk.length;
      await (files ? files.take(chunk) : takeLine(chunk));
    },
    taken: () => taken,
    manifest: () => {
      if (!manifest || !files) throw new FleetFailure('volume_damaged', 'The volume does not say what it holds.');
      if (!files.areWhole()) throw new FleetFailure('volume_damaged', 'The volume holds other files than it says.');
      return manifest;
    },
    close: async () => files?.close(),
  };
}

interface Files {
  take(chunk: Buffer): Promise<void>;
  areWhole(): boolean;
  close(): Promise<void>;
}

/** Distributes the bytes among the files. A file of no bytes is opened all the same. */
async function openFiles(parts: readonly Part[], openDestination: OpenDestination): Promise<Files> {
  let index = -1;
  let left = 0;
  let surplus = 0;
  let open: Destination | null = null;
  const close = async () => {
    await open?.close();
    open = null;
  };
  const next = async () => {
    while (left === 0 && index < parts.length) {
      await close();
      index += 1;
      const part = parts[index];
      if (!part) return;
      open = await openDestination(part.name);
      left = part.bytes;
    }
  };
  await next();
  return {
    take: async (chunk) => {
      for (let at = 0; at < chunk.length; ) {
        if (index >= parts.length) {
          surplus += chunk.length - at;
          return;
        }
        // A chunk that ends with its file is passed on whole, since its memory may be given back.
        const piece = at === 0 && chunk.length <= left ? chunk : chunk.subarray(at, at + left);
        await open?.take(piece);
        at += piece.length;
        left -= piece.length;
        await next();
      }
    },
    areWhole: () => surplus === 0 && index >= parts.length,
    close,
  };
}

function parse(line: Buffer): Manifest {
  const manifest = line.length > longestLine ? null : (JSON.parse(line.toString('utf8')) as Manifest);
  // A name is one of a file in a folder, and never a path.
  if (
    !manifest ||
    !formats.includes(manifest.format) ||
    !partsOf(manifest).every(({ name }) => /^[a-z0-9][a-z0-9.-]*$/.test(name))
  )
    throw new FleetFailure('volume_damaged', 'The volume is of a format that is not known here.');
  return manifest;
}
