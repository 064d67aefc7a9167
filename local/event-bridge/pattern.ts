/**
 * Event patterns as EventBridge reads them: every field named must match, an array means any of, `$or` any of its patterns.
 * Does not: count the combinations of `$or` that AWS limits to a thousand.
 */
import { invalidPattern } from './invalid-pattern.ts';
import { matcher, type Scalar, type Test } from './matchers.ts';

export type Matches = (event: unknown) => boolean;

/** API reference, PutRule. */
const maxPatternLength = 4096;

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

export function compilePattern(pattern: unknown): Matches {
  if (!isRecord(pattern)) throw invalidPattern('Filter is not an object');
  return fields(pattern);
}

function fields(pattern: Record<string, unknown>): Matches {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  const tests = entries.map(([name, wanted]) => (name === '$or' && isChoice(wanted) ? choice(wanted) : field(name, wanted)));
  return (event) => objectsIn(event).some((object) => tests.every((test) => test(object)));
}

/** An event's array of objects matches where one of them does; anything else that is no object has no fields. */
function objectsIn(value: unknown): (Record<string, unknown> | undefined)[] {
  const objects = [value].flat(Number.POSITIVE_INFINITY).filter(isRecord);
  return objects.length > 0 ? objects : [undefined];
}

/** `$or` is a field like any other unless it holds two patterns or more, none of them a matcher. */
const isChoice = (wanted: unknown): wanted is Record<string, unknown>[] =>
  Array.isArray(wanted) &&
  wanted.length >= 2 &&
  wanted.every((pattern) => isRecord(pattern) && !Object.keys(pattern).some((key) => reserved.has(key)));

const reserved = new Set(['prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'exists', 'numeric', 'cidr', 'wildcard']);

function choice(patterns: readonly Record<string, unknown>[]): Matches {
  const alternatives = patterns.map(fields);
  return (event) => alternatives.some((matches) => matches(event));
}

function field(name: string, wanted: unknown): Matches {
  const under = (object: unknown) => (isRecord(object) && Object.hasOwn(object, name) ? object[name] : undefined);
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw invalidPattern('Empty arrays are not allowed');
    const tests = wanted.map(matcher);
    return (object) => anyLeaf(under(object), tests);
  }
  if (!isRecord(wanted)) throw invalidPattern(`"${name}" must be an object or an array`);
  const nested = fields(wanted);
  return (object) => nested(under(object));
}

/** A field without a scalar in it is absent: matchers see leaves only. */
function anyLeaf(value: unknown, tests: readonly Test[]): boolean {
  const leaves = [value].flat(Number.POSITIVE_INFINITY).filter(isScalar);
  return (leaves.length > 0 ? leaves : [undefined]).some((leaf) => tests.some((test) => test(leaf)));
}

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
