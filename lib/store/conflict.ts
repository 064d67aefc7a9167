/** Conflicts of concurrent writes. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { translated } from './errors.ts';

/** Whether the condition of a single write held. */
export async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await translated(write());
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
