/** Presigned URLs are those of AWS's own presigner, in each partition; an object's headers, and the errors of S3. */
import { GetObjectCommand, HeadObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { headersOf, presignedUrl } from '#lib/aws/presigned.ts';

const Bucket = 'latchkey-backups';
const before = { ...process.env };
const settings = {
  BACKUP_BUCKET: Bucket,
  BACKUP_KEEP_COUNT: '7',
  BACKUP_KEEP_DAYS: '35',
  AWS_ACCESS_KEY_ID: 'AKIA210987654321',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'a/session+token==',
};

beforeEach(() => {
  process.env = { ...before, ...settings, AWS_REGION: 'us-east-1' };
  jest.useFakeTimers({ now: new Date('2026-11-01T10:00:00Z') });
});
afterEach(() => {
  process.env = before;
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('a presigned URL', () => {
  const Key = "team/a backup's (first) part+1.rdb";
  const part = { partNumber: '3', uploadId: 'u.p~l(o)ad_1/2+3=' };
  const options = { expiresIn: 900 };
  const ofSdk = {
    GET: (client: S3Client) => getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), options),
    HEAD: (client: S3Client) => getSignedUrl(client, new HeadObjectCommand({ Bucket, Key }), options),
    PUT: (client: S3Client) =>
      getSignedUrl(client, new UploadPartCommand({ Bucket, Key, UploadId: part.uploadId, PartNumber: 3 }), options),
  };
  /** The SDK adds the operation's name for its statistics. */
  const queries = { GET: { 'x-id': 'GetObject' }, HEAD: {}, PUT: { ...part, 'x-id': 'UploadPart' } };

  const parsed = (url: string) => {
    const { origin, pathname, searchParams } = new URL(url);
    return { origin, pathname, query: Object.fromEntries(searchParams) };
  };

  it.each(['us-east-1', 'eu-central-1', 'us-gov-west-1', 'cn-north-1'])(
    'in %s is that of AWS’s presigner, with the same signature',
    async (AWS_REGION) => {
      Object.assign(process.env, { AWS_REGION });
      const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
      const client = new S3Client({
        region: AWS_REGION,
        credentials: { accessKeyId, secretAccessKey, sessionToken: settings.AWS_SESSION_TOKEN },
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });

      for (const method of ['GET', 'HEAD', 'PUT'] as const) {
        const ours = await presignedUrl({ method, objectKey: Key, query: queries[method], ...options });
        expect(parsed(ours)).toEqual(parsed(await ofSdk[method](client)));
      }
    },
  );

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/' }, 'http://127.0.0.1:4566/latchkey-backups/a/b'],
    [
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' },
      'http://127.0.0.1:9000/latchkey-backups/a/b',
    ],
  ])('at an endpoint of its own has the bucket in its path: %j', async (endpoints, address) => {
    Object.assign(process.env, endpoints);
    const url = parsed(await presignedUrl({ method: 'GET', objectKey: 'a/b', expiresIn: 60 }));
    expect(`${url.origin}${url.pathname}`).toBe(address);
  });

  it('needs the credentials that Lambda sets', async () => {
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await expect(presignedUrl({ method: 'GET', objectKey: 'a/b', expiresIn: 60 })).rejects.toThrow(
      'AWS_SECRET_ACCESS_KEY',
    );
  });
});

describe("an object's headers", () => {
  const respondWith = (response: () => Promise<Response>) =>
    jest.spyOn(globalThis, 'fetch').mockImplementation(response);
  const status = (code: number) => async () => new Response(null, { status: code });

  it('are requested with HEAD', async () => {
    const fetched = respondWith(async () => new Response(null, { headers: { 'content-length': '2500' } }));

    expect((await headersOf('a/b'))?.get('content-length')).toBe('2500');
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({ method: 'HEAD' });
  });

  it('are null for a missing object', async () => {
    respondWith(status(404));
    expect(await headersOf('a/b')).toBeNull();
  });

  it.each([
    ['a refusal', status(403), { code: 'Status403', passes: false }],
    ['throttling', status(503), { code: 'ServiceUnavailable', passes: true }],
    [
      'no connection',
      () => Promise.reject(new TypeError('fetch failed')),
      { code: 'ServiceUnavailable', passes: true },
    ],
  ])('are an error for %s', async (_name, response, error) => {
    respondWith(response);
    await expect(headersOf('a/b')).rejects.toMatchObject({ name: 'AwsRefusal', ...error });
  });
});
