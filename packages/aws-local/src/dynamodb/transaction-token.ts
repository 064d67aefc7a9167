/**
 * Client request tokens: a transaction that is repeated within ten minutes is executed once. The token is stored in the
 * transaction's batch.
 */
import { hash } from 'node:crypto';
import { AwsError } from '../protocol.ts';
import { invalid, type Members, type Write } from './dynalite.ts';

export const tokenPrefix = 'transaction-token~';
/** TransactWriteItems, API reference: a token is valid for ten minutes after its request completes. */
const validMs = 10 * 60_000;

export interface TokenRecord {
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface Token {
  readonly key: string;
  readonly digest: string;
}

/** Undefined if the request has none. */
export function tokenOf({ ClientRequestToken: token, ...request }: Members): Token | undefined {
  if (token === undefined) return undefined;
  if (typeof token !== 'string' || token.length < 1 || token.length > 36) {
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 36, Member must have length greater than or equal to 1',
    );
  }
  return { key: tokenPrefix + token, digest: hash('sha256', JSON.stringify(request.TransactItems)) };
}

/** Whether the transaction was already executed. Throws if the token belongs to another transaction. */
export function isExecuted(token: Token, record: TokenRecord | undefined, now: Date): boolean {
  if (!record || record.expires <= now.getTime()) return false;
  if (record.digest === token.digest) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
}

export const tokenWrite = ({ key, digest }: Token, now: Date): Write => ({
  type: 'put',
  key,
  value: { digest, expires: now.getTime() + validMs } satisfies TokenRecord,
});
