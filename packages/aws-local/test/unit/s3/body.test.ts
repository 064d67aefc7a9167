import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uploadOf } from '../../../src/s3/body.ts';

/** In pieces of that size, as a network may cut them. */
async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
const framed = (content: Buffer, { chunk, checksum = sha256(content) }: { chunk: number; checksum?: string }) => {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += chunk) {
    const part = content.subarray(at, at + chunk);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\nx-amz-checksum-sha256:${checksum}\r\n\r\n`)]);
};
const trailing = (length: number) => ({
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': String(length),
  'x-amz-trailer': 'x-amz-checksum-sha256',
});

async function received(source: AsyncIterable<Buffer>, headers: Record<string, string>): Promise<Buffer> {
  const upload = uploadOf(source, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of upload.bytes) chunks.push(chunk);
  upload.verify();
  return Buffer.concat(chunks);
}

describe('an upload in chunks', () => {
  it('is what was sent, however it was framed and cut', async () => {
    const sizes = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), sizes, sizes, async (bytes, chunk, piece) => {
        const content = Buffer.from(bytes);
        expect(await received(cut(framed(content, { chunk }), piece), trailing(content.length))).toEqual(content);
      }),
    );
  });

  it('is refused where it is cut off, malformed, of another length or of another digest', async () => {
    const content = Buffer.from('hello, world');
    const whole = framed(content, { chunk: 5 });
    await expect(received(cut(whole.subarray(0, 10), 3), trailing(12))).rejects.toMatchObject({
      code: 'InvalidChunkSizeError',
    });
    await expect(received(cut(Buffer.from('zz\r\nhello'), 3), trailing(5))).rejects.toMatchObject({
      code: 'InvalidChunkSizeError',
    });
    await expect(received(cut(Buffer.from('5\r\nhello!\r\n0\r\n\r\n'), 3), trailing(5))).rejects.toMatchObject({
      code: 'InvalidChunkSizeError',
    });
    await expect(received(cut(whole, 3), trailing(13))).rejects.toMatchObject({ code: 'IncompleteBody' });
    await expect(
      received(cut(framed(content, { chunk: 5, checksum: sha256(whole) }), 3), trailing(12)),
    ).rejects.toMatchObject({
      code: 'BadDigest',
    });
  });
});

describe('a plain upload', () => {
  const content = Buffer.from('hello');
  it('says its length', () => {
    expect(() => uploadOf(cut(content, 2), {})).toThrow(expect.objectContaining({ code: 'MissingContentLength' }));
  });

  it.each([
    ['x-amz-content-sha256', createHash('sha256').update(content).digest('hex'), 'XAmzContentSHA256Mismatch'],
    ['content-md5', createHash('md5').update(content).digest('base64'), 'BadDigest'],
    ['x-amz-checksum-crc32', 'NhCmhg==', 'BadDigest'],
    ['x-amz-checksum-sha1', createHash('sha1').update(content).digest('base64'), 'BadDigest'],
  ])('is held to its %s', async (header, digest, code) => {
    const headers = { 'content-length': '5', [header]: digest };
    expect(await received(cut(content, 2), headers)).toEqual(content);
    await expect(received(cut(Buffer.from('hellO'), 2), headers)).rejects.toMatchObject({ code });
  });

  it('is refused for an unsupported checksum', () => {
    const headers = { 'content-length': '5', 'x-amz-checksum-crc64nvme': 'AAAA' };
    expect(() => uploadOf(cut(content, 2), headers)).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
  });
});
