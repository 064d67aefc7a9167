/** Idempotent POST requests: the first response under an Idempotency-Key is stored for a day and replayed. */
import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { idempotencyKeyPattern } from '#lib/contracts/operation.ts';
import type { Clock } from '#lib/model/clock.ts';
import type { IdempotencyRef, IdempotencyStore, Remembered } from '#lib/model/idempotency.ts';
import { Problem } from '#lib/model/problem.ts';
import { decryptResponse, encryptResponse } from './sealed-response.ts';

export interface Repeatable {
  readonly teamId: string;
  readonly operation: string;
  readonly key: string;
  readonly request: string;
  /** The caller's token, under which the response is encrypted. */
  readonly bearer: string;
}

type Run = () => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Throws `invalid_request`, `idempotency_in_progress`, `idempotency_mismatch`. An error of the operation is not stored.
 */
export const onlyOnce =
  ({ store, now }: { store: IdempotencyStore; now: Clock }) =>
  async ({ teamId, operation, key, request, bearer }: Repeatable, run: Run): ReturnType<Run> => {
    if (!idempotencyKeyPattern.test(key))
      throw new Problem('invalid_request', 'An Idempotency-Key has 1 to 255 visible ASCII characters.');
    const ref: IdempotencyRef = {
      teamId,
      operation,
      key,
      requestHash: createHash('sha256').update(request).digest('hex'),
    };
    const first = await store.begin(ref, now());
    if (first) return replay(first, ref, bearer);
    try {
      const result = await run();
      await store.remember(ref, now(), {
        status: result.statusCode ?? 200,
        headers: result.headers as Record<string, string>,
        sealedBody: encryptResponse(result.body ?? '', bearer),
      });
      return result;
    } catch (error) {
      await store.forget(ref);
      throw error;
    }
  };

/** Runs a request at most once per Idempotency-Key. */
export type OnlyOnce = ReturnType<typeof onlyOnce>;

function replay(first: Remembered, ref: IdempotencyRef, bearer: string): APIGatewayProxyStructuredResultV2 {
  if (first.requestHash !== ref.requestHash) {
    throw new Problem(
      'idempotency_mismatch',
      'This Idempotency-Key was used with another request. Use a new key for a new request.',
    );
  }
  if (!first.answer)
    throw new Problem(
      'idempotency_in_progress',
      'The first request under this Idempotency-Key is still running. Try again in a moment.',
    );
  const { status, headers, sealedBody } = first.answer;
  const body = decryptResponse(sealedBody, bearer);
  if (body === null)
    throw new Problem('idempotency_mismatch', 'This Idempotency-Key was used with another token. Use a new key.');
  return { statusCode: status, headers: { ...headers, 'idempotent-replayed': 'true' }, body };
}
