/** How fast something can be done again and again, by several at once. */

interface Pace {
  readonly seconds: number;
  readonly atOnce: number;
  /** Milliseconds from any beginning. */
  readonly now?: () => number;
}

/** `once` answers how many it did. */
export async function perSecond(
  once: () => Promise<number>,
  { seconds, atOnce, now = () => performance.now() }: Pace,
): Promise<number> {
  const begun = now();
  const end = begun + seconds * 1000;
  // Each counts its own: a common count would be read before the wait and written after it.
  const worker = async () => {
    let done = 0;
    while (now() < end) done += await once();
    return done;
  };
  const counts = await Promise.all(Array.from({ length: atOnce }, worker));
  return (1000 * counts.reduce((sum, count) => sum + count, 0)) / (now() - begun);
}
