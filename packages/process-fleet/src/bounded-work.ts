/** How much runs at once, over all servers; per server it is one piece of work at a time (`#lib/turns.ts`). */

export type Bound = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `limit` pieces of work at once; the others wait in order. */
export function createBound(limit: number): Bound {
  let free = limit;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
