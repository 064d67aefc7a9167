/** Statistics of repeated measurements. */

/**
 * The nearest-rank percentile: the smallest value that at least `percent` of the values don't exceed. Throws for no
 * values.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (found === undefined) throw new Error('There is no percentile of nothing.');
  return found;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
