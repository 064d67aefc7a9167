/**
 * `aws-chunked`: a chunk is its length in hexadecimal, an optional signature, and its bytes. The last chunk is empty,
 * and trailers follow it (AWS: "Signature calculations").
 */
import { AwsError } from '../protocol.ts';

const longestLine = 4096;
const malformed = (what: string) =>
  new AwsError('InvalidChunkSizeError', `The chunked body is malformed: ${what}.`, { status: 403 });

/** The bytes without framing. Adds trailers to the map, by names in lower case. */
export async function* unchunked(source: AsyncIterable<Buffer>, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  const input = reader(source);
  for (;;) {
    const [, size] = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(await input.line()) ?? [];
    if (size === undefined) throw malformed('a chunk has no length');
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    yield* input.bytes(length);
    if ((await input.line()) !== '') throw malformed('a chunk is longer than it says');
  }
  for (let line = await input.line(); line !== ''; line = await input.line()) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

interface Reader {
  /** Up to the next line break; empty at the end of the input. */
  line(): Promise<string>;
  bytes(count: number): AsyncGenerator<Buffer>;
}

function reader(source: AsyncIterable<Buffer>): Reader {
  const chunks = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  const readMore = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (!next.done) buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
    return !next.done;
  };
  const line = async (): Promise<string> => {
    const end = buffered.indexOf('\r\n');
    if (end >= 0) {
      const text = buffered.toString('latin1', 0, end);
      buffered = buffered.subarray(end + 2);
      return text;
    }
    if (buffered.length > longestLine) throw malformed('a line is too long');
    return (await readMore()) ? line() : '';
  };
  async function* bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (buffered.length === 0 && !(await readMore())) throw malformed('it ends within a chunk');
      const part = buffered.subarray(0, left);
      buffered = buffered.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
  return { line, bytes };
}
