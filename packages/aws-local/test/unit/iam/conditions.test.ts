/**
 * Each condition operator as AWS documents it: IAM guide, "JSON policy elements: Condition operators", "Conditions with
 * multiple context keys or values" and "Single-valued vs. multivalued context keys".
 */
import { describe, expect, it } from '@jest/globals';
import { holds } from './deciding.ts';

const arn = 'arn:aws:iam::210987654321:role/team/worker';
const at = '2026-11-29T12:30:00Z';

type Row = [operator: string, wanted: unknown, actual: string, holds: boolean];
const rows: readonly Row[] = [
  ['StringEquals', 'acme', 'acme', true],
  ['StringEquals', 'acme', 'Acme', false],
  ['StringEquals', 'ac*', 'acme', false],
  ['StringEquals', ['other', 'acme'], 'acme', true],
  ['StringNotEquals', 'acme', 'Acme', true],
  ['StringNotEquals', ['other', 'acme'], 'acme', false],
  ['StringEqualsIgnoreCase', 'ACME', 'acme', true],
  ['StringEqualsIgnoreCase', 'acme', 'acme2', false],
  ['StringNotEqualsIgnoreCase', 'ACME', 'acme', false],
  ['StringNotEqualsIgnoreCase', ['other', 'globex'], 'acme', true],
  ['StringLike', 'ac?e*', 'acme-2', true],
  ['StringLike', 'AC*', 'acme', false],
  ['StringNotLike', 'ac*', 'acme', false],
  ['StringNotLike', ['gl*', 'in*'], 'acme', true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', 10, '10', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', ['10', '11'], '11', false],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '9', '10', true],
  ['NumericGreaterThan', '-1', '-2', false],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericLessThan', '10', 'few', false],
  ['DateEquals', '2026-11-29T13:30:00+01:00', at, true],
  ['DateNotEquals', '2026-11-29T12:30:00Z', at, false],
  ['DateLessThan', '2026-11-29T12:30:01Z', at, true],
  ['DateLessThanEquals', at, at, true],
  ['DateGreaterThan', '2026-11-29', at, true],
  ['DateGreaterThan', '2027', at, false],
  ['DateGreaterThanEquals', '1795955400', at, true],
  ['DateGreaterThan', '1795955400', at, false],
  ['DateLessThan', '2026-11-29T12:30:01Z', 'yesterday', false],
  ['Bool', 'true', 'true', true],
  ['Bool', 'TRUE', 'true', true],
  ['Bool', false, 'true', false],
  ['BinaryEquals', 'QmFzZTY0', 'QmFzZTY0', true],
  ['BinaryEquals', 'QmFzZTY0', 'qmFzZTY0', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
  ['IpAddress', '203.0.113.9', '203.0.113.9', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.9', false],
  ['IpAddress', '2001:db8::/32', '2001:DB8:1::1', true],
  ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
  ['NotIpAddress', ['203.0.113.0/24', '198.51.100.0/24'], '198.51.100.1', false],
  ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
  ['ArnEquals', 'arn:aws:iam::210987654321:role/*', arn, true],
  ['ArnLike', 'arn:aws:iam::*:role/team/worker', arn, true],
  ['ArnLike', 'arn:aws:iam::*', arn, false],
  ['ArnLike', 'arn:aws:*:role/team/worker', arn, false],
  ['ArnNotEquals', arn, arn, false],
  ['ArnNotLike', 'arn:aws:iam::111122223333:*', arn, true],
  ['ArnNotLike', ['arn:aws:iam::1*:*', 'arn:aws:iam::2*:*'], arn, false],
];

describe('a condition operator', () => {
  it.each(rows)('%s %j of %j: %j', (...[operator, wanted, actual, outcome]) => {
    expect(holds({ [operator]: { 'kms:value': wanted } }, { 'kms:value': actual })).toBe(outcome);
  });

  it('finds its key in any case, and compares the value in its own', () => {
    expect(
      holds({ StringEquals: { 'KMS:EncryptionContext:Team': 'acme' } }, { 'kms:encryptionContext:team': 'acme' }),
    ).toBe(true);
    expect(holds({ StringEquals: { 'aws:PrincipalTag/TEAM': 'Acme' } }, { 'aws:PrincipalTag/team': 'acme' })).toBe(
      false,
    );
  });

  it('holds only with all the others of its statement', () => {
    const both = { StringEquals: { 'kms:a': 'x', 'kms:b': 'y' }, Bool: { 'kms:c': 'true' } };
    expect(holds(both, { 'kms:a': 'x', 'kms:b': 'y', 'kms:c': 'true' })).toBe(true);
    expect(holds(both, { 'kms:a': 'x', 'kms:b': 'z', 'kms:c': 'true' })).toBe(false);
    expect(holds(both, { 'kms:a': 'x', 'kms:b': 'y' })).toBe(false);
  });
});

/** A value that each operator takes. */
const samples: Readonly<Record<string, string>> = {
  StringEquals: 'a',
  StringEqualsIgnoreCase: 'a',
  StringLike: '*',
  NumericEquals: '1',
  NumericLessThan: '1',
  NumericLessThanEquals: '1',
  NumericGreaterThan: '1',
  NumericGreaterThanEquals: '1',
  DateEquals: at,
  DateLessThan: at,
  DateLessThanEquals: at,
  DateGreaterThan: at,
  DateGreaterThanEquals: at,
  Bool: 'true',
  BinaryEquals: 'QmFzZTY0',
  IpAddress: '0.0.0.0/0',
  ArnEquals: 'arn:aws:iam::*:*',
  ArnLike: 'arn:aws:iam::*:*',
};
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'a',
  StringNotEqualsIgnoreCase: 'a',
  StringNotLike: '*',
  NumericNotEquals: '1',
  DateNotEquals: at,
  NotIpAddress: '0.0.0.0/0',
  ArnNotEquals: 'arn:aws:iam::*:*',
  ArnNotLike: 'arn:aws:iam::*:*',
};

describe('a key that the request does not have', () => {
  const absent = (operator: string, value: string) => holds({ [operator]: { 'kms:absent': value } }, {});

  it.each(Object.entries(samples))('does not match %s', (operator, value) => {
    expect(absent(operator, value)).toBe(false);
  });

  it.each(Object.entries(negations))('matches %s, whatever it forbids', (operator, value) => {
    expect(absent(operator, value)).toBe(true);
  });

  it.each(Object.entries({ ...samples, ...negations }))('matches %sIfExists', (operator, value) => {
    expect(absent(`${operator}IfExists`, value)).toBe(true);
  });

  it.each(Object.entries({ ...samples, ...negations }))(
    'matches ForAllValues:%s and not ForAnyValue',
    (operator, value) => {
      expect(absent(`ForAllValues:${operator}`, value)).toBe(true);
      expect(absent(`ForAnyValue:${operator}`, value)).toBe(false);
      expect(absent(`ForAnyValue:${operator}IfExists`, value)).toBe(true);
    },
  );

  it.each([
    ['true', {}, true],
    ['false', {}, false],
    ['true', { 'kms:k': 'x' }, false],
    ['false', { 'kms:k': 'x' }, true],
    ['true', { 'kms:k': [] }, true],
  ])('is tested by Null %s, given %j: %j', (wanted, values, outcome) => {
    expect(holds({ Null: { 'kms:k': wanted } }, values)).toBe(outcome);
  });

  it('still binds IfExists if it is there', () => {
    expect(holds({ StringEqualsIfExists: { 'kms:k': 'a' } }, { 'kms:k': 'b' })).toBe(false);
    expect(holds({ StringNotEqualsIfExists: { 'kms:k': 'a' } }, { 'kms:k': 'a' })).toBe(false);
  });
});

describe('a key of several values', () => {
  it.each<[operator: string, actual: string[], holds: boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAllValues:StringEquals', [], true],
    ['ForAllValues:StringEquals', [''], true],
    ['ForAnyValue:StringEquals', ['a', 'c'], true],
    ['ForAnyValue:StringEquals', ['c', 'd'], false],
    ['ForAnyValue:StringEquals', [], false],
    ['ForAnyValue:StringEquals', [''], false],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'c'], false],
    ['ForAllValues:StringNotEquals', [], true],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', [], false],
    ['ForAllValues:StringLike', ['a', 'b'], true],
    ['ForAnyValue:StringNotLike', ['a', 'b'], false],
    ['StringEquals', ['a', 'c'], true],
    ['StringNotEquals', ['a', 'c'], false],
    ['StringNotEquals', ['c', 'd'], true],
  ])('%s a or b, of %j: %j', (operator, actual, outcome) => {
    expect(holds({ [operator]: { 'kms:keys': ['a', 'b'] } }, { 'kms:keys': actual })).toBe(outcome);
  });

  it('is kept from being empty by Null beside ForAllValues', () => {
    const condition = { 'ForAllValues:StringEquals': { 'kms:keys': 'a' }, Null: { 'kms:keys': 'false' } };
    expect(holds(condition, {})).toBe(false);
    expect(holds(condition, { 'kms:keys': ['a'] })).toBe(true);
  });
});
