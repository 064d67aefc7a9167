/** Sinks for the files of a volume while it is read. */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nullIfAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import { blockBytes, fill, release } from './volume-bytes.ts';

export interface Destination {
  /** Discards the bytes. */
  take(chunk: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Called once for each file of the volume, in order. */
export type OpenDestination = (name: string) => Promise<Destination>;

type PathOf = (name: string) => string;

/** Creates the folder if necessary. Throws if the file already exists. */
export const newFiles =
  (pathOf: PathOf): OpenDestination =>
  async (name) => {
    const path = pathOf(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    return { take: (chunk) => file.writeFile(chunk), close: () => file.close() };
  };

/** Compares with the files' content. Throws `unavailable` if it differs or is missing. */
export const comparedWith =
  (pathOf: PathOf): OpenDestination =>
  async (name) => {
    const file = await nullIfAbsent(open(pathOf(name), 'r'));
    if (!file) throw new FleetFailure('unavailable', 'The snapshot went away while it was sealed.');
    let mine = Buffer.allocUnsafeSlow(blockBytes);
    const take = async (chunk: Buffer) => {
      if (mine.length < chunk.length) mine = Buffer.allocUnsafeSlow(chunk.length);
      const length = await fill(file, mine.subarray(0, chunk.length));
      if (!mine.subarray(0, length).equals(chunk))
        throw new FleetFailure('unavailable', 'The snapshot changed while it was sealed.');
    };
    const close = async () => {
      // This waits for a read that has begun.
      await file.close();
      release(mine);
    };
    return { take, close };
  };
