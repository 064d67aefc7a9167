/** The `wildcard` matcher: `*` matches any characters; `\*` and `\\` are an asterisk and a backslash. */
import { invalidPattern } from './invalid-pattern.ts';
import { isTooComplex } from './wildcard-complexity.ts';

/**
 * A test of whole strings; its time is linear in the text for each star. Throws for `**`, for a backslash before
 * another character, and for a pattern that is too complex.
 */
export function wildcard(glob: string): (text: string) => boolean {
  const parts = partsOf(glob);
  if (isTooComplex(parts)) {
    throw invalidPattern(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a ' +
        'wildcard character',
    );
  }
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (text) => text === first;
  const between = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const part of between) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}

const token = /\\(.?)|\*(\*?)|[^\\*]+/gs;

/** The literal parts between the stars. */
function partsOf(glob: string): string[] {
  const parts = [''];
  for (const { 0: text, 1: escaped, 2: second, index } of glob.matchAll(token)) {
    if (second) throw invalidPattern(`Consecutive wildcard characters at pos ${index}`);
    if (escaped !== undefined && escaped !== '*' && escaped !== '\\')
      throw invalidPattern(`Invalid escape character at pos ${index}`);
    if (second === '') parts.push('');
    else parts[parts.length - 1] += escaped ?? text;
  }
  return parts;
}
