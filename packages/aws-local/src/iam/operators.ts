/**
 * The condition operators of IAM: how one value of a request compares with one value of a policy.
 * Source: IAM guide, "JSON policy elements: Condition operators".
 */
import { BlockList, isIP } from 'node:net';
import { arnGlobMatches, globMatches, literal } from './glob.ts';

type Compare = (actual: string, wanted: string) => boolean;

interface Type {
  readonly isValue: (value: string) => boolean;
  /** Whether the value may have policy variables. */
  readonly takesVariables: boolean;
}

export interface Operator {
  readonly name: string;
  readonly type: Type;
  readonly compare: Compare;
  /** True for an operator that holds if no value of the policy matches. */
  readonly negated: boolean;
}

const isNumber = (value: string) => /^[+-]?\d+(\.\d+)?$/.test(value);
const isTruth = (value: string) => /^(true|false)$/i.test(value);
const isBase64 = (value: string) => /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0;

const text: Type = { isValue: () => true, takesVariables: true };
const number: Type = { isValue: isNumber, takesVariables: false };
const date: Type = { isValue: (value) => !Number.isNaN(timeOf(value)), takesVariables: false };
const truth: Type = { isValue: isTruth, takesVariables: false };
const binary: Type = { isValue: isBase64, takesVariables: false };
const address: Type = { isValue: (value) => readRange(value) !== null, takesVariables: false };

/**
 * Milliseconds of an ISO 8601 date (W3C's profile: a time has a zone) or of seconds since the epoch; NaN for anything
 * else.
 */
function timeOf(value: string): number {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1000;
  const isDate = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/.test(value);
  return isDate ? Date.parse(value) : Number.NaN;
}

const families = { 4: { family: 'ipv4', bits: 32 }, 6: { family: 'ipv6', bits: 128 } } as const;

/** An address or a CIDR range of IPv4 or IPv6. */
function readRange(value: string) {
  const [, base = '', prefix] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(value) ?? [];
  const version = isIP(base);
  if (version !== 4 && version !== 6) return null;
  const { family, bits } = families[version];
  const length = prefix === undefined ? bits : Number(prefix);
  return length > bits ? null : { base, length, family };
}

function isInRange(actual: string, wanted: string): boolean {
  const range = readRange(wanted);
  const version = isIP(actual);
  if (!range || (version !== 4 && version !== 6) || families[version].family !== range.family) return false;
  const list = new BlockList();
  list.addSubnet(range.base, range.length, range.family);
  return list.check(actual, range.family);
}

const byNumber =
  (holds: (difference: number) => boolean): Compare =>
  (actual, wanted) =>
    isNumber(actual) && holds(Number(actual) - Number(wanted));
/** An invalid date compares as NaN, which matches nothing. */
const byDate =
  (holds: (difference: number) => boolean): Compare =>
  (actual, wanted) =>
    holds(timeOf(actual) - timeOf(wanted));

const isEqual: Compare = (actual, wanted) => actual === literal(wanted);
const isEqualInAnyCase: Compare = (actual, wanted) => actual.toLowerCase() === literal(wanted).toLowerCase();
const isLike: Compare = (actual, wanted) => globMatches(wanted, actual);
const isArnLike: Compare = (actual, wanted) => arnGlobMatches(wanted, actual);

const orders = {
  Equals: (difference: number) => difference === 0,
  LessThan: (difference: number) => difference < 0,
  LessThanEquals: (difference: number) => difference <= 0,
  GreaterThan: (difference: number) => difference > 0,
  GreaterThanEquals: (difference: number) => difference >= 0,
};

const plain: readonly [name: string, type: Type, compare: Compare][] = [
  ['StringEquals', text, isEqual],
  ['StringEqualsIgnoreCase', text, isEqualInAnyCase],
  ['StringLike', text, isLike],
  ['ArnEquals', text, isArnLike],
  ['ArnLike', text, isArnLike],
  ['Bool', truth, isEqualInAnyCase],
  ['BinaryEquals', binary, isEqual],
  ['IpAddress', address, isInRange],
  ...Object.entries(orders).flatMap(([name, holds]): [string, Type, Compare][] => [
    [`Numeric${name}`, number, byNumber(holds)],
    [`Date${name}`, date, byDate(holds)],
  ]),
];

/** Operators that negate another one. */
const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

const known = new Map<string, Operator>(
  plain.map(([name, type, compare]) => [name, { name, type, compare, negated: false }]),
);
for (const [name, opposite] of Object.entries(opposites)) {
  const operator = known.get(opposite);
  if (operator) known.set(name, { ...operator, name, negated: true });
}
/** Tests whether a key is absent (`true`) or present (`false`); see `conditions.ts`. */
known.set('Null', { name: 'Null', type: truth, compare: isEqualInAnyCase, negated: false });

export const findOperator = (name: string): Operator | undefined => known.get(name);
