/**
 * S3 on disk: PutObject, GetObject, HeadObject, DeleteObject, ListObjectsV2, CreateBucket and HeadBucket, path-style.
 * Uploads and downloads stream. Only the owner's account can access a bucket.
 * Does not: support multipart uploads, versions, ranges, copies, ACLs, bucket policies, lifecycle rules, tags or
 * SSE-KMS, which it refuses with `NotImplemented`; check signatures; or encrypt objects at rest.
 */
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { defaultRegion } from '../accounts.ts';
import { accessDenied, decisionOn } from '../authorization/authorize.ts';
import type { HttpResponse } from '../listener.ts';
import { AwsError, type Caller } from '../protocol.ts';
import { uploadOf } from './body.ts';
import { empty, headersOf, listResponse } from './responses.ts';
import { type OperationName, type Route, routeOf } from './route.ts';
import { type Bucket, openStore, type Store, type StoredObject } from './store.ts';

export interface S3 {
  /** As CreateBucket; without effect on an existing bucket of the owner. */
  createBucket(name: string, owner: Caller): Promise<void>;
  /** Throws `AwsError`s with S3's codes. */
  handle(request: IncomingMessage, caller: Caller): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** A single PutObject takes 5 GiB (S3 API reference). */
const largestUpload = 5 * 2 ** 30;
const largestKeyBytes = 1024;

export function createS3({ dir, region = defaultRegion }: { dir: string; region?: string }): S3 {
  const store = openStore(dir);
  return {
    createBucket: (name, owner) => createBucket(store, name, owner),
    handle: async (request, caller) => {
      const route = routeOf(request);
      if (route.operation === 'CreateBucket') {
        assertPermitted({ route, caller, region, owner: caller.accountId });
        await createBucket(store, route.bucket, caller);
        return empty(200, { location: `/${route.bucket}` });
      }
      const bucket = requireBucket(store, route.bucket, caller);
      const access = { route, caller, region, owner: bucket.owner };
      assertPermitted(access);
      if (reads.has(route.operation) && !bucket.objects.has(route.key))
        assertPermitted({ ...access, route: { ...route, operation: 'ListObjectsV2' } });
      return operations[route.operation]({ store, bucket, route, request, region });
    },
    close: async () => undefined,
  };
}

/** Without permission to list, S3 does not reveal that an object is missing (S3 API reference, "GetObject"). */
const reads: ReadonlySet<OperationName> = new Set(['GetObject', 'HeadObject']);

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3". */
const actions: Readonly<Record<OperationName, string>> = {
  CreateBucket: 's3:CreateBucket',
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  PutObject: 's3:PutObject',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
};

interface AccessRequest {
  readonly route: Route;
  readonly caller: Caller;
  readonly region: string;
  /** The account of the bucket. */
  readonly owner: string;
}

function assertPermitted({ route: { operation, bucket, key }, caller, region, owner }: AccessRequest): void {
  const action = actions[operation];
  const isOnBucket = action === 's3:ListBucket' || action === 's3:CreateBucket';
  const resources = [`arn:aws:s3:::${isOnBucket ? bucket : `${bucket}/${key}`}`];
  const decision = decisionOn({ action, resources }, { caller, region, resourceAccount: owner });
  if (decision !== 'allowed') throw accessDenied('s3', caller, { action, resources, decision });
}

interface OperationContext {
  readonly store: Store;
  readonly bucket: Bucket;
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly region: string;
}

const operations: Readonly<
  Record<Exclude<OperationName, 'CreateBucket'>, (context: OperationContext) => Promise<HttpResponse>>
> = {
  HeadBucket: async ({ region }) => empty(200, { 'x-amz-bucket-region': region }),
  ListObjectsV2: async ({ bucket, route }) => list(bucket, route),
  PutObject: put,
  GetObject: async ({ store, bucket, route }) => {
    const object = requireObject(bucket, route.key);
    // The open file is sent completely, even if the object is deleted meanwhile.
    const file = await open(store.pathOf(bucket, object));
    return { status: 200, headers: headersOf(object), body: file.createReadStream() };
  },
  HeadObject: async ({ bucket, route }) => empty(200, headersOf(requireObject(bucket, route.key))),
  DeleteObject: async ({ store, bucket, route }) => {
    await store.remove(bucket, route.key);
    return empty(204);
  },
};

/** Source: S3 user guide, "Bucket naming rules", without the reserved prefixes and suffixes. */
const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

async function createBucket(store: Store, name: string, { accountId }: Caller): Promise<void> {
  if (!bucketName.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  const found = store.buckets.get(name);
  if (found && found.owner !== accountId)
    throw new AwsError('BucketAlreadyExists', 'The requested bucket name is not available.', { status: 409 });
  // In us-east-1, the owner may create it again (S3 API reference, "CreateBucket").
  if (!found) await store.createBucket(name, accountId);
}

function requireBucket({ buckets }: Store, name: string, { accountId }: Caller): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
  if (bucket.owner !== accountId) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
  return bucket;
}

function requireObject({ objects }: Bucket, key: string): StoredObject {
  const object = objects.get(key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  return object;
}

async function put({ store, bucket, route, request }: OperationContext): Promise<HttpResponse> {
  const { headers } = request;
  if (Buffer.byteLength(route.key) > largestKeyBytes) throw new AwsError('KeyTooLongError', 'Your key is too long');
  if (Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0) > largestUpload)
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  const assertAbsent = () => {
    if (headers['if-none-match'] === '*' && bucket.objects.has(route.key))
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
        status: 412,
      });
  };
  assertAbsent();
  const upload = uploadOf(request.iterator({ destroyOnReturn: false }), headers);
  const object = await store.put(bucket, {
    key: route.key,
    bytes: upload.bytes,
    headers: storedHeaders(request),
    verify: () => {
      upload.verify();
      assertAbsent();
    },
  });
  const { etag = '' } = headersOf(object);
  return empty(200, { etag });
}

/** User metadata is at most 2 KB (S3 user guide, "Working with object metadata"). */
const largestMetadata = 2048;

function storedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-') || name === 'content-type');
  const bytes = kept.reduce(
    (sum, [name, value]) => (name === 'content-type' ? sum : sum + name.length - 11 + String(value).length),
    0,
  );
  if (bytes > largestMetadata)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function list(bucket: Bucket, { query }: Route): HttpResponse {
  const prefix = query.get('prefix') ?? '';
  const maxKeys = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  if (!Number.isInteger(maxKeys) || maxKeys < 0)
    throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  const token = query.get('continuation-token');
  const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString();
  const keys = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix) && (after === null || compareKeys(after, key) < 0))
    .sort(compareKeys);
  const objects = keys.slice(0, maxKeys).map((key) => requireObject(bucket, key));
  const last = objects.at(-1);
  const nextToken = last && keys.length > objects.length ? Buffer.from(last.key).toString('base64url') : null;
  return listResponse({
    bucket: bucket.name,
    prefix,
    maxKeys,
    objects,
    nextToken,
    encoded: query.get('encoding-type') === 'url',
  });
}

/** Keys are listed in the order of their UTF-8 bytes. */
const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
