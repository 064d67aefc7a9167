/** Work that must not run beside its like. */
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
