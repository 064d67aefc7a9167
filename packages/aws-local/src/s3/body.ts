/**
 * The bytes of an upload without `aws-chunked` framing, and the verification of their length and digests.
 * Does not: check chunk signatures, or support checksums other than CRC32, SHA-1, SHA-256 and MD5, which are refused.
 */
import { createHash, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError } from '../protocol.ts';
import { unchunked } from './chunked.ts';

interface Digest {
  update(bytes: Uint8Array): void;
  /** In base64. */
  digest(): string;
}

/** By the suffix of `x-amz-checksum-…`. */
const algorithms: Readonly<Record<string, () => Digest>> = {
  crc32: () => {
    let value = 0;
    return {
      update: (bytes) => {
        value = crc32(bytes, value);
      },
      digest: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes.toString('base64');
      },
    };
  },
  sha1: () => hashed(createHash('sha1')),
  sha256: () => hashed(createHash('sha256')),
};

const hashed = (hash: Hash): Digest => ({
  update: (bytes) => void hash.update(bytes),
  digest: () => hash.digest('base64'),
});

interface Claim {
  readonly code: string;
  readonly digest: Digest;
  /** The checksum that the sender declares; a trailer arrives after the body. */
  claimed(): string | undefined;
}

export interface Upload {
  readonly bytes: AsyncIterable<Buffer>;
  /**
   * To be called after the last byte. Throws `BadDigest`, `XAmzContentSHA256Mismatch` or `IncompleteBody` if the body
   * does not match its headers.
   */
  verify(): void;
}

/** Throws `MissingContentLength`, `NotImplemented`. */
export function uploadOf(source: AsyncIterable<Buffer>, headers: IncomingHttpHeaders): Upload {
  const trailers = new Map<string, string>();
  const framed = String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const length = Number(headers[framed ? 'x-amz-decoded-content-length' : 'content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length))
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 });
  const claims = claimsOf(headers, trailers);
  let received = 0;
  async function* counted() {
    for await (const chunk of framed ? unchunked(source, trailers) : source) {
      received += chunk.length;
      for (const { digest } of claims) digest.update(chunk);
      yield chunk;
    }
  }
  return {
    bytes: counted(),
    verify: () => {
      if (received !== length) throw incomplete();
      const wrong = claims.find(({ digest, claimed }) => digest.digest() !== claimed());
      if (wrong) throw new AwsError(wrong.code, 'The digest you specified did not match what we received.');
    },
  };
}

const incomplete = () =>
  new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );

function claimsOf(headers: IncomingHttpHeaders, trailers: ReadonlyMap<string, string>): Claim[] {
  const claims: Claim[] = [];
  const sha256 = String(headers['x-amz-content-sha256'] ?? '');
  if (/^[0-9a-f]{64}$/.test(sha256)) {
    const claimed = Buffer.from(sha256, 'hex').toString('base64');
    claims.push({ code: 'XAmzContentSHA256Mismatch', digest: hashed(createHash('sha256')), claimed: () => claimed });
  }
  const md5 = headers['content-md5'];
  if (md5 !== undefined)
    claims.push({ code: 'BadDigest', digest: hashed(createHash('md5')), claimed: () => String(md5) });
  const trailing = String(headers['x-amz-trailer'] ?? '');
  for (const name of [...Object.keys(headers), trailing].filter((each) => /^x-amz-checksum-(?!mode|type)/.test(each))) {
    claims.push({
      code: 'BadDigest',
      digest: digestNamed(name),
      claimed: () => trailers.get(name) ?? textOf(headers[name]),
    });
  }
  return claims;
}

const textOf = (value: string | readonly string[] | undefined) => (typeof value === 'string' ? value : undefined);

function digestNamed(header: string): Digest {
  const create = algorithms[header.slice('x-amz-checksum-'.length)];
  if (!create)
    throw new AwsError('NotImplemented', `The checksum ${header} is not implemented by this emulator.`, {
      status: 501,
    });
  return create();
}
