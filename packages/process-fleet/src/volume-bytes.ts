/**
 * Bytes of volumes on their way: a block at a time, in memory that is used again or given back at once, not when
 * garbage is collected.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';

export const blockBytes = 1024 * 1024;

interface Held {
  readonly buffer: Buffer;
  /** How many bytes had been read when this one was full. */
  readonly end: number;
}

export interface Blocks {
  /** `head` and then a file's bytes. Several files are read one after another. */
  read(path: string, head?: Buffer): AsyncGenerator<Buffer>;
  /**
   * Gives their memory back. Only when the pipeline has ended well: after a failure something may still read into them.
   */
  release(): void;
}

/**
 * Blocks of 1 MiB for one pipeline. A block's memory is used again once `spent`, the bytes that came out of the
 * pipeline, is a whole block past its own: a cipher of such frames has let go of it by then.
 */
export function createBlocks(spent: () => number): Blocks {
  const held: Held[] = [];
  let end = 0;
  const next = (): Buffer => {
    const oldest = held[0] && held[0].end + blockBytes <= spent() ? held.shift() : undefined;
    return oldest?.buffer ?? Buffer.allocUnsafeSlow(blockBytes);
  };
  return {
    read: async function* (path, head = Buffer.alloc(0)) {
      const file = await open(path, 'r');
      try {
        for (let rest = head, length = blockBytes; length === blockBytes; ) {
          const buffer = next();
          const before = rest.copy(buffer);
          rest = Buffer.alloc(0);
          length = before + (await fill(file, buffer.subarray(before)));
          end += length;
          held.push({ buffer, end });
          if (length > 0) yield buffer.subarray(0, length);
        }
      } finally {
        await file.close();
      }
    },
    release: () => {
      for (const { buffer } of held) release(buffer);
    },
  };
}

/** Returns the number of bytes read: the buffer's length, or less at the end of the file. */
export async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  for (let filled = 0; ; ) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === buffer.length) return filled;
  }
}

/** The end of a pipeline: each chunk is used, and gone before the next one. `use` keeps none. */
export const eachUsed = (use: (chunk: Buffer) => Promise<unknown>): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      use(chunk).then(() => {
        release(chunk);
        done();
      }, done);
    },
  });

/** A chunk that has its memory for itself, and not a piece of Node's pool. */
export function release({ buffer, byteLength }: Buffer): void {
  if ('transfer' in buffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
