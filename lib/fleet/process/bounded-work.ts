/** How much runs at once: a bound over all servers, and one piece of work at a time per server. */

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

export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Work of one name runs one piece after another, whatever the earlier piece came to. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    last.set(name, settled);
    void settled.then(() => {
      if (last.get(name) === settled) last.delete(name);
    });
    return turn;
  };
}
