import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Runs the work, and at most one at a time per key, in the order of the calls. A failure does not affect later work.
 */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Holds a mutex only while a key has work, so that the number of keys is unlimited. */
export function createKeyedMutex(): KeyedMutex {
  const mutexes = new Map<string, LimitFunction>();
  return async (key, work) => {
    const mutex = mutexes.get(key) ?? pLimit(1);
    mutexes.set(key, mutex);
    try {
      return await mutex(work);
    } finally {
      if (mutex.activeCount + mutex.pendingCount === 0) mutexes.delete(key);
    }
  };
}
