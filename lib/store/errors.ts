/** Translates DynamoDB's temporary errors into `Transient`. The caller handles failed conditions. */
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

export async function translated<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof Error && (transient.has(error.name) || 'code' in error))
      throw new Transient('The table does not respond', { cause: error });
    throw error;
  }
}
