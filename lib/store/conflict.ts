/** Races that were lost: reading again and deciding anew, or leaving it to who came first. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { Problem } from '#lib/model/problem.ts';
import { translated } from './errors.ts';

const attempts = 10;

/** Runs `work`, which reads, decides and writes, again while somebody else's write comes first; throws `version_mismatch` after ten times. */
export async function againOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isLostRace(error) || attempt === attempts) throw error;
    }
  }
}

const isLostRace = (error: unknown): boolean => error instanceof Problem && error.code === 'version_mismatch';

/** Writes, unless somebody else's write came first. */
export async function unlessChanged(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}

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
