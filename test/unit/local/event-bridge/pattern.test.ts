import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, parsePattern } from '#local/event-bridge/pattern.ts';

const event = {
  version: '0',
  source: 'aws.kms',
  account: '111122223333',
  'detail-type': 'AWS API Call via CloudTrail',
  resources: ['arn:aws:kms:us-east-1:111122223333:key/1', 'other'],
  detail: {
    eventName: 'DisableKey',
    path: 'a/b/c.txt',
    count: 300,
    nothing: null,
    flag: false,
    empty: [],
    ip: '10.1.2.3',
    users: [
      { name: 'ann', age: 30 },
      { name: 'bob', age: 40 },
    ],
  },
};

const matching: readonly [string, unknown][] = [
  ['an exact value', { source: ['aws.kms'] }],
  ['any of several', { detail: { eventName: ['EnableKey', 'DisableKey'] } }],
  ['any element of an array', { resources: ['other'] }],
  ['a number by its value', { detail: { count: [3.0e2] } }],
  ['null', { detail: { nothing: [null] } }],
  ['false', { detail: { flag: [false] } }],
  ['a prefix', { resources: [{ prefix: 'arn:aws:kms' }] }],
  ['an empty prefix, on any string', { source: [{ prefix: '' }] }],
  ['a prefix ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }],
  ['a suffix', { detail: { path: [{ suffix: '.txt' }] } }],
  ['a suffix ignoring case', { detail: { path: [{ suffix: { 'equals-ignore-case': '.TXT' } }] } }],
  ['equals-ignore-case', { detail: { eventName: [{ 'equals-ignore-case': 'disablekey' }] } }],
  ['anything-but a value', { detail: { eventName: [{ 'anything-but': 'EnableKey' }] } }],
  ['anything-but a list', { detail: { count: [{ 'anything-but': [1, 2] }] } }],
  ['anything-but a prefix', { detail: { path: [{ 'anything-but': { prefix: 'z' } }] } }],
  ['anything-but several suffixes', { detail: { path: [{ 'anything-but': { suffix: ['.gif', '.png'] } }] } }],
  ['anything-but a wildcard', { detail: { path: [{ 'anything-but': { wildcard: 'a/*/d.*' } }] } }],
  ['anything-but ignoring case', { source: [{ 'anything-but': { 'equals-ignore-case': 'AWS.EC2' } }] }],
  ['exists', { detail: { nothing: [{ exists: true }] } }],
  ['exists false, on a missing field', { detail: { error: [{ exists: false }] } }],
  ['exists false, under a missing field', { detail: { error: { code: [{ exists: false }] } } }],
  ['exists false, on an empty array', { detail: { empty: [{ exists: false }] } }],
  ['numeric equality', { detail: { count: [{ numeric: ['=', 300] }] } }],
  ['a numeric range', { detail: { count: [{ numeric: ['>', 0, '<=', 300] }] } }],
  ['a wildcard', { detail: { path: [{ wildcard: 'a/*.txt' }] } }],
  ['a wildcard with an empty run', { detail: { path: [{ wildcard: 'a/b/c.txt*' }] } }],
  ['an IP range', { detail: { ip: [{ cidr: '10.0.0.0/8' }] } }],
  ['a field of an object in an array', { detail: { users: { name: ['bob'] } } }],
  ['fields of one object in an array', { detail: { users: { name: ['bob'], age: [40] } } }],
  ['$or at the top', { $or: [{ source: ['x'] }, { account: ['111122223333'] }] }],
  ['$or in a detail, beside a field', { detail: { eventName: ['DisableKey'], $or: [{ count: [1] }, { flag: [false] }] } }],
];

const missing: readonly [string, unknown][] = [
  ['another value', { source: ['aws.ec2'] }],
  ['another case', { source: ['AWS.KMS'] }],
  ['a number as text', { detail: { count: ['300'] } }],
  ['one field of two', { source: ['aws.kms'], account: ['1'] }],
  ['fields of different objects in an array', { detail: { users: { name: ['ann'], age: [40] } } }],
  ['exists on a missing field', { detail: { error: [{ exists: true }] } }],
  ['exists on an object', { detail: [{ exists: true }] }],
  ['exists false on a field that is there', { source: [{ exists: false }] }],
  ['anything-but the value', { detail: { eventName: [{ 'anything-but': ['DisableKey'] }] } }],
  ['anything-but on a missing field', { detail: { error: [{ 'anything-but': 'x' }] } }],
  ['a range that ends below', { detail: { count: [{ numeric: ['>=', 0, '<', 300] }] } }],
  ['numeric on text', { detail: { eventName: [{ numeric: ['>', 0] }] } }],
  ['an empty prefix on a number', { detail: { count: [{ prefix: '' }] } }],
  ['a wildcard that does not end there', { detail: { path: [{ wildcard: 'a/*.tx' }] } }],
  ['a wildcard whose ends would overlap', { detail: { eventName: [{ wildcard: 'Disable*eKey' }] } }],
  ['an escaped star', { detail: { path: [{ wildcard: 'a/\\*.txt' }] } }],
  ['another IP range', { detail: { ip: [{ cidr: '192.168.0.0/16' }] } }],
  ['no alternative of $or', { $or: [{ source: ['x'] }, { source: ['y'] }] }],
];

const refused: readonly [string, unknown, RegExp][] = [
  ['an unknown matcher', { source: [{ regex: '.*' }] }, /Unrecognized match type regex/],
  ['a matcher named like an object member', { source: [{ constructor: '' }] }, /Unrecognized match type constructor/],
  ['a value outside of an array', { source: 'aws.kms' }, /"source" must be an object or an array/],
  ['an empty array', { source: [] }, /Empty arrays are not allowed/],
  ['an empty object', { detail: {} }, /Empty objects are not allowed/],
  ['an empty pattern', {}, /Empty objects are not allowed/],
  ['two matchers in one', { source: [{ prefix: 'a', suffix: 'b' }] }, /Only one key/],
  ['a nested array', { source: [['a']] }, /Match value must be/],
  ['an unknown comparison', { detail: { n: [{ numeric: ['!=', 1] }] } }, /Unrecognized numeric range operator/],
  ['a range upside down', { detail: { n: [{ numeric: ['>', 5, '<', 1] }] } }, /Bottom must be less than top/],
  ['a number too large', { detail: { n: [{ numeric: ['>', 1e10] }] } }, /must be numeric/],
  ['two stars in a row', { source: [{ wildcard: 'a**' }] }, /Consecutive wildcard/],
  ['a bad escape', { source: [{ wildcard: 'a\\b' }] }, /Invalid escape/],
  ['a mixed anything-but', { source: [{ 'anything-but': ['a', 1] }] }, /mixed type/],
  ['an empty prefix to exclude', { source: [{ 'anything-but': { prefix: '' } }] }, /Null prefix/],
  ['an IP range without a length', { source: [{ cidr: '10.0.0.0' }] }, /Malformed CIDR/],
  ['a text for exists', { source: [{ exists: 'true' }] }, /exists match pattern/],
  ['a list', ['aws.kms'], /not an object/],
];

describe('an event pattern', () => {
  it.each(matching)('matches %s', (_name, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(true);
  });

  it.each(missing)('does not match %s', (_name, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(false);
  });

  it.each(refused)('is refused with %s', (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: expect.stringMatching(reason) }),
    );
  });

  it.each(['{', '', 'null', '"x"', `{"source":["${'x'.repeat(5000)}"]}`])('is refused as the text %p', (text) => {
    expect(() => parsePattern(text)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });
});

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\', '.'), maxLength: 8 });
const escapeRegExp = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('event patterns in general', () => {
  it('agree with regular expressions on wildcards', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '.', '*', '\\*', '\\\\'), { maxLength: 8 })
      .filter((parts) => !parts.some((part, index) => part === '*' && parts[index + 1] === '*'));
    fc.assert(
      fc.property(glob, text, (parts, value) => {
        const source = parts.map((part) => (part === '*' ? '.*' : escapeRegExp(part.replace(/^\\/, '')))).join('');
        const expected = new RegExp(`^${source}$`, 's').test(value);
        expect(compilePattern({ value: [{ wildcard: parts.join('') }] })({ value })).toBe(expected);
      }),
    );
  });

  it('of one exact value match exactly the events with that value', () => {
    const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(scalar, fc.array(scalar, { minLength: 1 }), (wanted, values) => {
        expect(compilePattern({ detail: { field: [wanted] } })({ detail: { field: values } })).toBe(values.includes(wanted));
        expect(compilePattern({ detail: { field: [wanted] } })({ detail: { field: values[0] } })).toBe(values[0] === wanted);
      }),
    );
  });

  it('never match and miss a scalar at once with a matcher and its opposite', () => {
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), (value, prefix) => {
        const matches = compilePattern({ value: [{ prefix }] })({ value });
        expect(compilePattern({ value: [{ 'anything-but': { prefix } }] })({ value })).toBe(!matches);
      }),
    );
  });

  it('answer or are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (pattern, given) => {
        try {
          expect(typeof parsePattern(pattern)(JSON.parse(given))).toBe('boolean');
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidEventPatternException' });
        }
      }),
    );
  });
});
