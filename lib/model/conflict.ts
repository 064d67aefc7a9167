/** Optimistic locking: what to do when another write came first. */
import { Problem } from './problem.ts';

const attempts = 10;
const isLostRace = (error: unknown): boolean => error instanceof Problem && error.code === 'version_mismatch';

/** Retries `work`, which reads, decides and writes, after conflicts. Throws `version_mismatch` after ten attempts. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isLostRace(error) || attempt === attempts) throw error;
    }
  }
}

/** Ignores a conflict with a concurrent write. */
export async function ignoreConflict(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}
