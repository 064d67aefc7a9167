/** Where two JSON values first differ. Pure. */

/** A JSON pointer and what is there; null where the two are alike. The order of members counts for nothing. */
export function firstDifference(found: unknown, expected: unknown, pointer = ''): string | null {
  if (!isTree(found) || !isTree(expected) || Array.isArray(found) !== Array.isArray(expected)) {
    return found === expected ? null : `${pointer || '/'} says ${shown(found)}, and its entries say ${shown(expected)}`;
  }
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  for (const name of names) {
    const difference = firstDifference(found[name], expected[name], `${pointer}/${name}`);
    if (difference) return difference;
  }
  return null;
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200));
