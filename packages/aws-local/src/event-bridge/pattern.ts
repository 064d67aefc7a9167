/**
 * Event patterns as EventBridge reads them: every field must match, by any element of its array; `$or` matches by any
 * of its patterns. A field's path joins names by dots, so a dot in a name and a nested field match each other.
 */
import { isRecord } from '../is-record.ts';
import { type Field, fieldsOf, type Items, mergedItems } from './event-fields.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { matcher, type Test } from './matchers.ts';

export type Matches = (event: unknown) => boolean;

/** API reference, PutRule. */
const maxPatternLength = 4096;
/** Event patterns, user guide: combinations that `$or` makes of a pattern. */
const maxCombinations = 1000;

/** The pattern in a `PutRule`. Throws `InvalidEventPatternException`. */
export function parsePattern(text: string): Matches {
  if (text.length > maxPatternLength) throw invalidPattern(`The pattern is longer than ${maxPatternLength} characters`);
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalidPattern('Filter is not valid JSON');
  }
  return compilePattern(pattern);
}

/** The tests of one field. One of them must hold. */
interface FieldTests {
  readonly path: string;
  readonly tests: readonly Test[];
}
type Combination = readonly FieldTests[];

export function compilePattern(pattern: unknown): Matches {
  if (!isRecord(pattern)) throw invalidPattern('Filter is not an object');
  const combinations = combinationsOf(pattern, '').map(byPath);
  return (event) => {
    const fields = fieldsOf(event);
    return combinations.some((wanted) => fits(wanted, fields));
  };
}

function combinationsOf(pattern: Record<string, unknown>, prefix: string): Combination[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  return entries
    .map(([name, wanted]) =>
      name === '$or' && isChoice(wanted)
        ? wanted.flatMap((one) => combinationsOf(one, prefix))
        : field(name, wanted, prefix),
    )
    .reduce(combined);
}

/** Sorted by path, the order in which EventBridge evaluates fields. */
const byPath = (wanted: Combination): Combination => [...wanted].sort((one, other) => (one.path < other.path ? -1 : 1));

function combined(some: readonly Combination[], others: readonly Combination[]): Combination[] {
  if (some.length * others.length > maxCombinations)
    throw invalidPattern(`$or makes more than ${maxCombinations} combinations`);
  return some.flatMap((one) => others.map((other) => [...one, ...other]));
}

/** `$or` is a field like any other unless it holds two patterns or more, none of them a matcher. */
const isChoice = (wanted: unknown): wanted is Record<string, unknown>[] =>
  Array.isArray(wanted) &&
  wanted.length >= 2 &&
  wanted.every((pattern) => isRecord(pattern) && !Object.keys(pattern).some((key) => reserved.has(key)));

const reserved = new Set([
  'prefix',
  'suffix',
  'equals-ignore-case',
  'anything-but',
  'exists',
  'numeric',
  'cidr',
  'wildcard',
]);

function field(name: string, wanted: unknown, prefix: string): Combination[] {
  const path = prefix === '' ? name : `${prefix}.${name}`;
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw invalidPattern('Empty arrays are not allowed');
    return [[{ path, tests: wanted.map(matcher) }]];
  }
  if (!isRecord(wanted)) throw invalidPattern(`"${name}" must be an object or an array`);
  return combinationsOf(wanted, path);
}

/** Whether all fields match such that fields within an array belong to the same item. */
function fits(wanted: Combination, fields: ReadonlyMap<string, readonly Field[]>, items: Items = new Map()): boolean {
  const [first, ...rest] = wanted;
  if (!first) return true;
  const here = (fields.get(first.path) ?? []).flatMap(({ value, items: own }) => {
    const merged = mergedItems(items, own);
    return merged ? [{ value, merged }] : [];
  });
  if (here.length === 0) return first.tests.some((test) => test(undefined)) && fits(rest, fields, items);
  const passing = here.filter(({ value }) => first.tests.some((test) => test(value)));
  return passing.some(({ merged }) => fits(rest, fields, merged));
}
