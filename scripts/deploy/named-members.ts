/**
 * Members of AWS's shapes. An answer of EC2 has hundreds, of which the code reads a dozen: one whose name stands nowhere in `lib/` is neither read
 * nor sent, so its schema, and all that it alone leads to, can be left out. The SDK passes over members that a schema does not have.
 */

/** A structure of a client's schemas: its members' names, and their schemas in the same order; the number says how many of the first are required. */
const structure =
  /^(export var \w+\$ = \[3, n0, \w+,\n {4}.*,\n {4})\[([^\]]*)\],\n {4}\[([\s\S]*?)\](?:, (\d+))?\n\];$/gm;

export function onlyNamedMembers(schemas: string, named: ReadonlySet<string>): string {
  const constants = new Map(
    [...schemas.matchAll(/^const (_\w+) = "(.*)";$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return schemas.replace(structure, (all: string, ...groups: string[]) => {
    const [head, names = '', types = '', required = '0'] = groups;
    const members = partsOf(names);
    const typesOf = partsOf(types);
    const kept = [...members.keys()].filter((index) => named.has(constants.get(members[index] ?? '') ?? ''));
    if (members.length !== typesOf.length || kept.length === members.length) return all;
    const those = (list: readonly string[]) => kept.map((index) => list[index]).join(', ');
    return `${head}[${those(members)}],\n    [${those(typesOf)}], ${kept.filter((index) => index < Number(required)).length}\n];`;
  });
}

/** What stands between the commas of a list, those inside of brackets aside. */
function partsOf(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const piece of list.split(/([[\]{}(),])/)) {
    if (/^[[{(]$/.test(piece)) depth += 1;
    if (/^[\]})]$/.test(piece)) depth -= 1;
    if (piece === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += piece;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}
