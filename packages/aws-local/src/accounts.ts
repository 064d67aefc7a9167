/**
 * Maps access key IDs to principals.
 * Does not: check secrets or know sessions.
 */
import { AwsError, type Caller } from './protocol.ts';

/** Throws `UnrecognizedClientException`, as AWS does, for an unknown access key ID. */
export type CallerOf = (accessKeyId: string) => Caller;

export const defaultRegion = 'us-east-1';

/**
 * By default, an access key ID of 12 digits is the user `admin` of that account; `known` adds or replaces principals.
 */
export function createCallerOf(known: Readonly<Record<string, Caller>> = {}): CallerOf {
  return (accessKeyId) => {
    const named = Object.hasOwn(known, accessKeyId) ? known[accessKeyId] : undefined;
    if (named) return named;
    if (/^\d{12}$/.test(accessKeyId)) return { accountId: accessKeyId, arn: `arn:aws:iam::${accessKeyId}:user/admin` };
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  };
}
