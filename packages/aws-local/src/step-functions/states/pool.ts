/** Runs a Map's items with limited concurrency, and stops all when one fails. */
import { Halted } from '../failure.ts';
import type { Json } from '../json.ts';

/**
 * Resolves to the results in the order of the items. At the first failure, aborts the signal of the other items and
 * throws it.
 */
export async function runPool(
  { items, concurrency }: { readonly items: readonly Json[]; readonly concurrency: number },
  outer: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<Json>,
): Promise<Json[]> {
  const inner = new AbortController();
  const stop = () => inner.abort();
  outer.addEventListener('abort', stop, { once: true });
  const results: Json[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && !inner.signal.aborted) {
      const index = next++;
      results[index] = await work(index, inner.signal).catch((thrown: unknown) => {
        inner.abort();
        throw thrown;
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
    if (outer.aborted) throw new Halted();
    return results;
  } finally {
    inner.abort();
    outer.removeEventListener('abort', stop);
  }
}
