/**
 * A zip archive of a few files, for Lambda. The same files give the same bytes, so an unchanged function is not
 * deployed again.
 */
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** 1 January 1980, the format's first day, and permissions `rw-r--r--` of a regular file made on Unix. */
const date = 0x21;
const unix = 0x0314;
const permissions = 0o100644 * 0x10000;

interface Stored {
  readonly name: Buffer;
  readonly fields: Buffer;
  readonly data: Buffer;
}

/** Source: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16. */
export async function zipOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const stored = await Promise.all(Object.entries(files).map(([name, content]) => storedOf(name, content)));
  const locals = stored.map(({ name, fields, data }) =>
    Buffer.concat([int32(0x04034b50), int16(20), fields, name, data]),
  );
  let offset = 0;
  const central = stored.map(({ name, fields }, index) => {
    const at = offset;
    offset += locals[index]?.length ?? 0;
    return Buffer.concat([
      int32(0x02014b50),
      int16(unix),
      int16(20),
      fields,
      int16(0, 0, 0),
      int32(permissions),
      int32(at),
      name,
    ]);
  });
  const directory = Buffer.concat(central);
  const count = stored.length;
  const end = Buffer.concat([
    int32(0x06054b50),
    int16(0, 0, count, count),
    int32(directory.length),
    int32(offset),
    int16(0),
  ]);
  return Buffer.concat([...locals, directory, end]);
}

async function storedOf(name: string, content: Buffer): Promise<Stored> {
  const data = await deflate(content, { level: 6 });
  const bytes = Buffer.from(name);
  const sizes = [crc32(content), data.length, content.length].map((value) => int32(value));
  const fields = Buffer.concat([int16(0x800, 8, 0, date), ...sizes, int16(bytes.length, 0)]);
  return { name: bytes, fields, data };
}

function int16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16LE(value, index * 2);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}
