/** Adds `byMs()` to the time of `Date` in this process. Timers do not follow. Returns how to put the clock back. */
export function shiftClock(byMs: () => number): () => void {
  const [Actual, now] = [Date, Date.now];
  Actual.now = () => now() + byMs();
  globalThis.Date = new Proxy(Actual, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length > 0 ? given : [Actual.now()], newTarget),
  });
  return () => {
    Actual.now = now;
    globalThis.Date = Actual;
  };
}
