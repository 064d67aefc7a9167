/** How fast something can be done again and again, by several at once. */

/** `once` answers how many it did. */
export async function perSecond(once: () => Promise<number>, { seconds, atOnce }: { seconds: number; atOnce: number }): Promise<number> {
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let done = 0;
  const worker = async () => {
    while (performance.now() < end) done += await once();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (1000 * done) / (performance.now() - begun);
}
