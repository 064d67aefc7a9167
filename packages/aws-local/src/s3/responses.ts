/** S3's responses: XML, entity tags, and its error format. */
import type { HttpResponse } from '../listener.ts';
import type { AwsError } from '../protocol.ts';
import { element } from '../xml.ts';
import type { StoredObject } from './store.ts';

/** Error codes that differ from those of the JSON protocols. */
const codes: Readonly<Record<string, { code: string; status: number }>> = {
  MissingAuthenticationTokenException: { code: 'AccessDenied', status: 403 },
  UnrecognizedClientException: { code: 'InvalidAccessKeyId', status: 403 },
  IncompleteSignatureException: { code: 'AuthorizationHeaderMalformed', status: 400 },
  InternalFailure: { code: 'InternalError', status: 500 },
};

export const empty = (status: number, headers: HttpResponse['headers'] = {}): HttpResponse => ({
  status,
  headers,
  body: '',
});

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

export function errorResponse(error: AwsError, requestId: string): HttpResponse {
  const { code, status } = codes[error.code] ?? error;
  const members = [element('Code', code), element('Message', error.message), element('RequestId', requestId)];
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `${declaration}<Error>${members.join('')}</Error>`,
  };
}

export const headersOf = ({ bytes, md5, modified, headers }: StoredObject): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  ...headers,
  'content-length': String(bytes),
  etag: `"${md5}"`,
  'last-modified': new Date(modified).toUTCString(),
  'accept-ranges': 'none',
  'x-amz-server-side-encryption': 'AES256',
});

export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  readonly maxKeys: number;
  readonly objects: readonly StoredObject[];
  /** Null on the last page. */
  readonly nextToken: string | null;
  /** Whether the response has percent-encoded keys. */
  readonly encoded: boolean;
}

export function listResponse({ bucket, prefix, maxKeys, objects, nextToken, encoded }: Listing): HttpResponse {
  const encodeKey = (key: string) => (encoded ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
  const contents = objects.map(({ key, bytes, md5, modified }) => {
    const version = element('LastModified', modified) + element('ETag', `"${md5}"`) + element('Size', bytes);
    return `<Contents>${element('Key', encodeKey(key))}${version}${element('StorageClass', 'STANDARD')}</Contents>`;
  });
  const members = [
    element('Name', bucket),
    element('Prefix', encodeKey(prefix)),
    element('MaxKeys', maxKeys),
    element('KeyCount', objects.length),
    element('IsTruncated', nextToken !== null),
    ...(encoded ? [element('EncodingType', 'url')] : []),
    ...(nextToken === null ? [] : [element('NextContinuationToken', nextToken)]),
    ...contents,
  ];
  const opening = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
  const body = `${declaration}${opening}${members.join('')}</ListBucketResult>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
