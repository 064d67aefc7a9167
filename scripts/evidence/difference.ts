/** Finds the first difference of two JSON values. Pure. */

/** A JSON pointer and both values; null for equal values. The order of members is ignored. */
export function firstDifference(found: unknown, expected: unknown, pointer = ''): string | null {
  if (!isTree(found) || !isTree(expected) || Array.isArray(found) !== Array.isArray(expected)) {
    return found === expected
      ? null
      : `${pointer || '/'} says ${format(found)}, but the other facts say ${format(expected)}`;
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

const format = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200));
