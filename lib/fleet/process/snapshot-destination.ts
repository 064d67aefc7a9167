/** What becomes of a snapshot's bytes while a volume is read. */
import { open } from 'node:fs/promises';
import { unlessAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import { blockBytes, fill, release } from './volume-bytes.ts';

export interface Destination {
  /** Keeps none of the bytes. */
  take(chunk: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Called for a volume that holds a snapshot, and for no other. */
export type OpenDestination = () => Promise<Destination>;

/** Throws where the file is there already. */
export const newFile =
  (path: string): OpenDestination =>
  async () => {
    const file = await open(path, 'wx', 0o600);
    return { take: (chunk) => file.writeFile(chunk), close: () => file.close() };
  };

/** Compares with what the file holds. Throws `unavailable` where that differs, or is gone. */
export const comparedWith =
  (path: string): OpenDestination =>
  async () => {
    const file = await unlessAbsent(open(path, 'r'));
    if (!file) throw new FleetFailure('unavailable', 'The snapshot went away while it was sealed.');
    let mine = Buffer.allocUnsafeSlow(blockBytes);
    const take = async (chunk: Buffer) => {
      if (mine.length < chunk.length) mine = Buffer.allocUnsafeSlow(chunk.length);
      const length = await fill(file, mine.subarray(0, chunk.length));
      if (!mine.subarray(0, length).equals(chunk)) throw new FleetFailure('unavailable', 'The snapshot changed while it was sealed.');
    };
    const close = async () => {
      // This waits for a read that has begun.
      await file.close();
      release(mine);
    };
    return { take, close };
  };
