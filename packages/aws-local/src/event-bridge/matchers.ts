/**
 * The elements of a pattern's array: a value, or an object with one matcher. A test receives a scalar of the event, or
 * undefined for a missing field.
 */
import { BlockList, isIP } from 'node:net';
import { isRecord } from '../is-record.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { wildcard } from './wildcard.ts';

export type Scalar = string | number | boolean | null;
export type Test = (value: Scalar | undefined) => boolean;
type Matcher = (argument: unknown) => Test;

const present =
  (test: (value: Scalar) => boolean): Test =>
  (value) =>
    value !== undefined && test(value);
const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

/** The test of one element of a pattern's array. Throws `InvalidEventPatternException`. */
export function matcher(element: unknown): Test {
  if (isRecord(element)) return named(matchers, element);
  if (Array.isArray(element)) throw invalidPattern('Match value must be String, number, true, false, or null');
  return (value) => value === element;
}

function named(
  known: Readonly<Record<string, Matcher>>,
  element: Record<string, unknown>,
  unknown = 'Unrecognized match type',
): Test {
  const [name, ...others] = Object.keys(element);
  if (name === undefined) throw invalidPattern('Match expression name not found');
  const make = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!make) throw invalidPattern(`${unknown} ${name}`);
  if (others.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return make(element[name]);
}

function textOf(argument: unknown, name: string): string {
  if (typeof argument !== 'string') throw invalidPattern(`${name} match pattern must be a string`);
  return argument;
}

type Affix = 'prefix' | 'suffix';
const affixTests = {
  prefix: (text: string, affix: string) => text.startsWith(affix),
  suffix: (text: string, affix: string) => text.endsWith(affix),
};

function affix(kind: Affix): Matcher {
  const ignoringCase: Matcher = (argument) => {
    const wanted = textOf(argument, 'equals-ignore-case').toLowerCase();
    return onText((text) => affixTests[kind](text.toLowerCase(), wanted));
  };
  return (argument) => {
    if (isRecord(argument))
      return named({ 'equals-ignore-case': ignoringCase }, argument, `Unsupported ${kind} pattern:`);
    const wanted = textOf(argument, kind);
    return onText((text) => affixTests[kind](text, wanted));
  };
}

function equalsIgnoreCase(argument: unknown): Test {
  const wanted = textOf(argument, 'equals-ignore-case').toLowerCase();
  return onText((text) => text.toLowerCase() === wanted);
}

function exists(argument: unknown): Test {
  if (typeof argument !== 'boolean') throw invalidPattern('exists match pattern must be either true or false.');
  return (value) => (value !== undefined) === argument;
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
/** Event patterns, user guide: numbers between -5.0e9 and +5.0e9. */
const maxNumber = 5e9;

function numeric(argument: unknown): Test {
  if (!Array.isArray(argument) || argument.length === 0) throw invalidPattern('Value of numeric must be an array.');
  if (argument.length !== 2 && argument.length !== 4) throw invalidPattern('Too many elements in numeric expression');
  const [lower, low, upper, high] = argument as unknown[];
  const test = bound(lower, low);
  if (argument.length === 2) return (value) => typeof value === 'number' && test(value);
  const upTo = bound(upper, high);
  checkRange(argument);
  return (value) => typeof value === 'number' && test(value) && upTo(value);
}

function checkRange([lower, low, upper, high]: readonly unknown[]): void {
  if (!String(lower).startsWith('>')) throw invalidPattern(`Bad numeric range operator: ${lower}`);
  if (!String(upper).startsWith('<')) throw invalidPattern(`Bad numeric range operator: ${upper}`);
  if (Number(low) >= Number(high)) throw invalidPattern('Bottom must be less than top');
}

function bound(operator: unknown, number: unknown): (value: number) => boolean {
  const compare =
    typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (!compare) throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
  if (typeof number !== 'number' || Math.abs(number) > maxNumber)
    throw invalidPattern(`Value of ${operator} must be numeric`);
  return (value) => compare(value, number);
}

function cidr(argument: unknown): Test {
  const [address = '', prefix = ''] = textOf(argument, 'cidr').split('/');
  const version = isIP(address);
  if (!version || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) {
    throw invalidPattern("Malformed CIDR, one '/' required");
  }
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
  return onText((text) => isIP(text) === version && list.check(text, version === 4 ? 'ipv4' : 'ipv6'));
}

/** For a matcher inside `anything-but`: one argument or a list, of which none may match. */
const noneOf =
  (name: string, make: (text: string) => (value: string) => boolean): Matcher =>
  (argument) => {
    const list = Array.isArray(argument) ? argument : [argument];
    if (list.length === 0 || list.some((text) => typeof text !== 'string'))
      throw invalidPattern(`${name} match pattern must be a string`);
    if (list.includes('') && name !== 'wildcard') throw invalidPattern('Null prefix/suffix not allowed');
    const tests = (list as string[]).map(make);
    return present((value) => typeof value !== 'string' || !tests.some((test) => test(value)));
  };

const anythingBut: Matcher = (argument) => {
  if (isRecord(argument)) return named(anythingButMatchers, argument, 'Unsupported anything-but pattern:');
  const list = Array.isArray(argument) ? argument : [argument];
  const kinds = new Set(list.map((value) => typeof value));
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== 'string' && kind !== 'number')) {
    throw invalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return present((value) => !list.includes(value));
};

const anythingButMatchers: Readonly<Record<string, Matcher>> = {
  prefix: noneOf('prefix/suffix', (wanted) => (text) => text.startsWith(wanted)),
  suffix: noneOf('prefix/suffix', (wanted) => (text) => text.endsWith(wanted)),
  'equals-ignore-case': noneOf('equals-ignore-case', (wanted) => (text) => text.toLowerCase() === wanted.toLowerCase()),
  wildcard: noneOf('wildcard', wildcard),
};

const matchers: Readonly<Record<string, Matcher>> = {
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  'equals-ignore-case': equalsIgnoreCase,
  'anything-but': anythingBut,
  exists,
  numeric,
  cidr,
  wildcard: (argument) => onText(wildcard(textOf(argument, 'wildcard'))),
};
