/**
 * Finds forbidden names in an expression's syntax tree. The only inputs of an expression are `$states` and variables,
 * so `$$` is never defined, and `$`, `*` and bare names are defined only within a path.
 * Source: Step Functions guide, "transforming-data".
 */
import { isObject } from './json.ts';

/** The members of `$states` that are defined in some fields only. */
export type StatesMember = 'result' | 'errorOutput';

type Node = Readonly<Record<string, unknown>>;

const contextual: Readonly<Record<string, string>> = { wildcard: '*', descendant: '**', parent: '%' };

/**
 * The forbidden name, or undefined. `seen`: the members of `$states` that the field may read besides input and context.
 */
export function forbiddenName(tree: unknown, seen: readonly StatesMember[]): string | undefined {
  return find(tree, { hasContext: false, seen });
}

interface Place {
  readonly hasContext: boolean;
  readonly seen: readonly StatesMember[];
}

function find(value: unknown, place: Place): string | undefined {
  if (Array.isArray(value)) return firstOf(value, (item) => find(item, place));
  if (!isObject(value)) return undefined;
  if (value.type === 'path') return findInPath(value, place);
  return ownName(value, place) ?? firstOf(Object.entries(value), ([key, part]) => find(part, partOf(key, place)));
}

/** Predicates, sort terms and groups are evaluated for each item of the preceding step. */
const insides = new Set(['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete']);
const partOf = (key: string, place: Place): Place => (insides.has(key) ? { ...place, hasContext: true } : place);

function findInPath(path: Node, place: Place): string | undefined {
  const { steps, ...rest } = path;
  const list: readonly unknown[] = Array.isArray(steps) ? steps : [];
  return (
    unseen(list, place.seen) ??
    firstOf(list, (step) => find(step, step === list[0] ? place : { ...place, hasContext: true })) ??
    firstOf(Object.entries(rest), ([key, part]) => find(part, partOf(key, place)))
  );
}

function unseen([first, second]: readonly unknown[], seen: readonly StatesMember[]): string | undefined {
  if (!isObject(first) || first.type !== 'variable' || first.value !== 'states' || !isObject(second)) return undefined;
  const { value } = second;
  if (value !== 'result' && value !== 'errorOutput') return undefined;
  return seen.includes(value) ? undefined : `$states.${value} in this field`;
}

function ownName({ type, value }: Node, { hasContext }: Place): string | undefined {
  if (type === 'variable' && value === 'eval') return '$eval';
  if (type === 'variable' && value === '$') return '$$';
  if (hasContext || typeof type !== 'string') return undefined;
  if (type === 'variable' && value === '') return '$';
  if (type === 'name') return `the field '${String(value)}' without $states.input`;
  return Object.hasOwn(contextual, type) ? `${contextual[type]} without $states.input` : undefined;
}

function firstOf<T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
