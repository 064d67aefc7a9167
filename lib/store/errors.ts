/** DynamoDB's errors, translated once: what passes by itself is `Transient`, a failed condition stays for the caller to read. */
import { Transient } from '#lib/model/problem.ts';

const transient = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
]);

export async function translated<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && (transient.has(error.name) || 'code' in error))
      throw new Transient('The table does not answer', { cause: error });
    throw error;
  }
}
