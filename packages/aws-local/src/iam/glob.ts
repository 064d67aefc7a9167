/**
 * Wildcards of policies: `*` matches any characters, `?` a single one. The time is bounded by the product of both
 * lengths. Escaped text in a pattern matches literally.
 */
const substitutes = [
  ['*', '\uE000'],
  ['?', '\uE001'],
] as const;

/** As a pattern that matches the text only. */
export const escapeWildcards = (text: string) =>
  substitutes.reduce((pattern, [sign, substitute]) => pattern.replaceAll(sign, substitute), text);

/** The text of a pattern whose wildcards have no meaning. */
export const literal = (pattern: string) =>
  substitutes.reduce((text, [sign, substitute]) => text.replaceAll(substitute, sign), pattern);

export function globMatches(pattern: string, value: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern.length === value.length && fitsAt(first, value, 0);
  const last = rest.pop() ?? '';
  const end = value.length - last.length;
  if (!fitsAt(first, value, 0) || end < first.length || !fitsAt(last, value, end)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = firstFit(part, value, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

const signOf = (char: string) => (char < substitutes[0][1] ? char : literal(char));

/** `part` has no `*`. */
function fitsAt(part: string, value: string, at: number): boolean {
  return (
    at + part.length <= value.length &&
    part.split('').every((char, index) => char === '?' || signOf(char) === value[at + index])
  );
}

function firstFit(part: string, value: string, from: number): number {
  for (let at = from; at + part.length <= value.length; at++) if (fitsAt(part, value, at)) return at;
  return -1;
}

/**
 * Compares ARNs by their six parts, so that a wildcard does not match across a colon. The last part may have colons.
 */
export function arnGlobMatches(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  return wanted.length === actual.length && wanted.every((part, index) => globMatches(part, actual[index] ?? ''));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
