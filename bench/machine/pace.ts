/** The rate of a repeated operation with a number of concurrent clients. */

interface Pace {
  readonly seconds: number;
  readonly atOnce: number;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
}

/** `once` returns the number of operations that it completed. */
export async function perSecond(
  once: () => Promise<number>,
  { seconds, atOnce, now = () => performance.now() }: Pace,
): Promise<number> {
  const begun = now();
  const end = begun + seconds * 1000;
  // Each client has its own count, since a shared one would be read before and written after the wait.
  const worker = async () => {
    let done = 0;
    while (now() < end) done += await once();
    return done;
  };
  const counts = await Promise.all(Array.from({ length: atOnce }, worker));
  return (1000 * counts.reduce((sum, count) => sum + count, 0)) / (now() - begun);
}
