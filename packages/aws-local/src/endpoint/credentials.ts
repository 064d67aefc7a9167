/**
 * The signer of a request, by the `Credential` of its `Authorization` header.
 * Does not: check the signature, its date or the session token.
 */
import type { CallerOf } from '../accounts.ts';
import { AwsError, type Caller } from '../protocol.ts';

export interface Signer {
  readonly caller: Caller;
  readonly region: string;
  /** The service that the request was signed for, as `kms` or `ses`. */
  readonly service: string;
}

const parts = ['Credential', 'Signature', 'SignedHeaders'];

/**
 * Throws AWS's errors for a request without a signature, with an incomplete one, or with an unknown access key.
 */
export function signerOf(authorization: string | undefined, callerOf: CallerOf): Signer {
  if (!authorization)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', { status: 403 });
  const missing = parts.filter((part) => !authorization.includes(`${part}=`));
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ') || missing.length > 0) {
    const needs = missing.map((part) => `Authorization header requires '${part}' parameter.`).join(' ');
    throw new AwsError(
      'IncompleteSignatureException',
      `${needs || 'Unsupported signature algorithm.'} Authorization=${scheme(authorization)}`,
    );
  }
  const [, accessKeyId = '', region = '', service = ''] =
    /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(authorization) ?? [];
  if (!accessKeyId)
    throw new AwsError('IncompleteSignatureException', 'Credential must have exactly 5 slash-delimited elements.');
  return { caller: callerOf(accessKeyId), region, service };
}

const scheme = (authorization: string) => authorization.split(' ', 1)[0] ?? '';
