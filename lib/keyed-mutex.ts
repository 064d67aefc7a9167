import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Runs the operations of a key one at a time, in the order of the calls. A failure does not affect later operations.
 */
export type KeyedMutex = <T>(key: string, operation: () => Promise<T>) => Promise<T>;

/** Keeps a mutex only while its key has operations, so that the number of keys is unlimited. */
export function createKeyedMutex(): KeyedMutex {
  const mutexes = new Map<string, LimitFunction>();
  return async (key, operation) => {
    const mutex = mutexes.get(key) ?? pLimit(1);
    mutexes.set(key, mutex);
    try {
      return await mutex(operation);
    } finally {
      if (mutex.activeCount + mutex.pendingCount === 0) mutexes.delete(key);
    }
  };
}
