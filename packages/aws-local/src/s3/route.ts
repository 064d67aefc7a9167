/**
 * Determines the S3 operation by method, path, query and headers. Throws `NotImplemented` for a missing operation.
 */
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../protocol.ts';

export type OperationName =
  | 'CreateBucket'
  | 'HeadBucket'
  | 'ListObjectsV2'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject';

export interface Route {
  readonly operation: OperationName;
  readonly bucket: string;
  /** Empty for an operation on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

const onBucket: Readonly<Record<string, OperationName>> = {
  PUT: 'CreateBucket',
  HEAD: 'HeadBucket',
  GET: 'ListObjectsV2',
};
const onObject: Readonly<Record<string, OperationName>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

const listParameters = ['list-type', 'prefix', 'max-keys', 'continuation-token', 'start-after', 'encoding-type'];

/** Headers without a feature that the emulator lacks. Other `x-amz-` headers are refused. */
const ignoredHeaders = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-expected-bucket-owner',
  'x-amz-te',
]);
const conditional = ['if-match', 'if-modified-since', 'if-unmodified-since', 'range'];

export function routeOf(request: IncomingMessage): Route {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodePath(url.pathname)) ?? [];
  const operation = bucket ? (key ? onObject : onBucket)[request.method ?? ''] : undefined;
  if (!operation) throw notImplemented('This operation');
  assertKnownParameters(operation, url.searchParams);
  assertKnownHeaders(operation, request);
  return { operation, bucket, key, query: url.searchParams };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** The SDK adds `x-id`, which has no effect. */
function assertKnownParameters(operation: OperationName, query: URLSearchParams): void {
  const known = operation === 'ListObjectsV2' ? ['x-id', ...listParameters] : ['x-id'];
  const other = [...query.keys()].find((name) => !known.includes(name));
  if (other) throw notImplemented(`The parameter ${other}`);
  if (operation === 'ListObjectsV2' && query.get('list-type') !== '2') throw notImplemented('ListObjects, version 1');
}

function assertKnownHeaders(operation: OperationName, { headers }: IncomingMessage): void {
  const unsupported = Object.keys(headers).find(
    (name) => conditional.includes(name) || isUnsupported(name, headers[name]),
  );
  if (unsupported) throw notImplemented(`The header ${unsupported}`);
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && !(operation === 'PutObject' && ifNoneMatch === '*'))
    throw notImplemented('The header if-none-match');
}

function isUnsupported(name: string, value: unknown): boolean {
  if (!name.startsWith('x-amz-') || ignoredHeaders.has(name) || /^x-amz-(meta-|checksum-)/.test(name)) return false;
  // S3's default for every object.
  return !(name === 'x-amz-server-side-encryption' && value === 'AES256');
}

/** S3's error for missing functionality. */
const notImplemented = (what: string) =>
  new AwsError(
    'NotImplemented',
    `A header or request you provided implies functionality that is not implemented: ${what}.`,
    {
      status: 501,
    },
  );
