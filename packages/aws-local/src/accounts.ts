/**
 * Which principal an access key ID stands for.
 * Does not: know secrets or sessions.
 */
import { AwsError, type Caller } from './protocol.ts';

/** Throws `UnrecognizedClientException`, as AWS does, for an access key ID that stands for no principal. */
export type CallerOf = (accessKeyId: string) => Caller;

export const defaultRegion = 'us-east-1';

/** Access key IDs of 12 digits stand for the user `admin` of that account, unless `known` names another principal. */
export function createCallerOf(known: Readonly<Record<string, Caller>> = {}): CallerOf {
  return (accessKeyId) => {
    const named = Object.hasOwn(known, accessKeyId) ? known[accessKeyId] : undefined;
    if (named) return named;
    if (/^\d{12}$/.test(accessKeyId)) return { accountId: accessKeyId, arn: `arn:aws:iam::${accessKeyId}:user/admin` };
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  };
}
