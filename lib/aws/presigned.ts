/**
 * Presigned requests for objects in the backup bucket. Does not use S3's client, which has 50 KB: a function that
 * restores a backup sends S3 nothing else.
 */
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { backupConfig, signingConfig } from '#lib/config.ts';
import { domainOf, partitionOf } from '#lib/model/key-arn.ts';
import { roleCredentials } from './credentials.ts';
import { AwsRefusal } from './refusal.ts';

interface Presigned {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly objectKey: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Seconds until the URL expires. */
  readonly expiresIn: number;
}

/** A URL that permits one kind of request to the object, without other credentials. */
export async function presignedUrl({ method, objectKey, query = {}, expiresIn }: Presigned): Promise<string> {
  const url = addressOf(objectKey);
  const { protocol, hostname, pathname: path, host } = url;
  const { AWS_REGION: region } = signingConfig();
  const signer = new SignatureV4({ service: 's3', region, credentials: credentials(), sha256: Sha256, ...asS3Signs });
  const headers = { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
  const signed = await signer.presign({ method, protocol, hostname, path, query, headers }, { expiresIn });
  url.search = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`)
    .join('&');
  return url.href;
}

/** The headers of the object, by `get`; null if there is no object. Throws `AwsRefusal`. */
export async function headersOf(objectKey: string): Promise<Pick<Headers, 'get'> | null> {
  const url = await presignedUrl({ method: 'HEAD', objectKey, expiresIn: 60 });
  const { status, headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) }).catch(
    (cause: unknown) => {
      throw new AwsRefusal('ServiceUnavailable', { cause });
    },
  );
  if (status === 200) return headers;
  if (status === 404) return null;
  // The response to a HEAD request has no body, and so no code.
  throw new AwsRefusal(status >= 500 ? 'ServiceUnavailable' : `Status${status}`);
}

/** S3 escapes a path once, and other services twice (Signature Version 4 in the IAM user guide). */
const asS3Signs = { uriEscapePath: false, applyChecksum: false };

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The bucket is part of the host name, or of the path at an address of its own, such as an emulator's. */
function addressOf(objectKey: string): URL {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = signingConfig();
  const { BACKUP_BUCKET: bucket } = backupConfig();
  const path = objectKey.split('/').map(escaped).join('/');
  const endpoint = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  return new URL(
    endpoint
      ? `${endpoint.replace(/\/$/, '')}/${bucket}/${path}`
      : `https://${bucket}.s3.${region}.${domainOf(partitionOf(region))}/${path}`,
  );
}

function credentials() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = signingConfig();
  const ofLambda = { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) };
  return roleCredentials().credentials ?? ofLambda;
}
