/** What a volume holds in the clear: a line of JSON about the snapshot, then the snapshot's bytes. */
import { stat } from 'node:fs/promises';
import { unlessAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import type { Destination, OpenDestination } from './snapshot-destination.ts';
import type { Blocks } from './volume-bytes.ts';

const format = 'latchkey-volume/2';
/** The line of the first one had a digest as well; the cipher proves each byte, so nothing asks for it any more. */
const formats: readonly string[] = ['latchkey-volume/1', format];
const longestLine = 4096;

export interface Manifest {
  readonly format: string;
  /** `null`: the server's service never saved. */
  readonly rdb: { readonly bytes: number } | null;
}

export async function manifestOf(rdbPath: string): Promise<Manifest> {
  const found = await unlessAbsent(stat(rdbPath));
  return { format, rdb: found && { bytes: found.size } };
}

export function writeContent(manifest: Manifest, rdbPath: string, blocks: Blocks): AsyncIterable<Buffer> | Iterable<Buffer> {
  const line = Buffer.from(`${JSON.stringify(manifest)}\n`);
  return manifest.rdb ? blocks.read(rdbPath, line) : [line];
}

export interface ContentReader {
  /** The next bytes, which nothing keeps. Throws `volume_damaged`, and what the destination throws. */
  take(chunk: Buffer): Promise<void>;
  /** How many bytes it took. */
  readonly taken: () => number;
  /** Once all is taken. Throws `volume_damaged` for a snapshot of another length than the volume says. */
  manifest(): Manifest;
  close(): Promise<void>;
}

export function contentReader(openDestination: OpenDestination): ContentReader {
  let line = Buffer.alloc(0);
  let manifest: Manifest | undefined;
  let destination: Destination | null = null;
  let [taken, bytes] = [0, 0];
  const takeSnapshot = async (chunk: Buffer) => {
    bytes += chunk.length;
    if (chunk.length > 0) await destination?.take(chunk);
  };
  const takeLine = async (chunk: Buffer) => {
    const begun = line.length > 0 ? Buffer.concat([line, chunk]) : chunk;
    const end = begun.indexOf('\n');
    if (end < 0 && begun.length <= longestLine) {
      line = Buffer.from(begun);
      return;
    }
    manifest = parse(begun.subarray(0, end));
    destination = manifest.rdb && (await openDestination());
    await takeSnapshot(begun.subarray(end + 1));
  };
  return {
    take: async (chunk) => {
      taken += chunk.length;
      await (manifest ? takeSnapshot(chunk) : takeLine(chunk));
    },
    taken: () => taken,
    manifest: () => {
      if (!manifest) throw new FleetFailure('volume_damaged', 'The volume does not say what it holds.');
      if (bytes !== (manifest.rdb?.bytes ?? 0)) throw new FleetFailure('volume_damaged', 'The volume holds another snapshot than it says.');
      return manifest;
    },
    close: async () => destination?.close(),
  };
}

function parse(line: Buffer): Manifest {
  const manifest = line.length > longestLine ? null : (JSON.parse(line.toString('utf8')) as Manifest);
  if (!manifest || !formats.includes(manifest.format))
    throw new FleetFailure('volume_damaged', 'The volume is of a format that is not known here.');
  return manifest;
}
