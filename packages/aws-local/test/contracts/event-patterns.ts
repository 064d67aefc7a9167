/**
 * Event patterns: what matches, what doesn't, and what is refused with which words. Source: EventBridge guide,
 * "Creating event patterns" and "Comparison operators".
 */
import { type EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';

export const event = {
  version: '0',
  id: '11111111-2222-4333-8444-555555555555',
  time: '2026-03-01T12:00:00Z',
  region: 'us-east-1',
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
    'dotted.name': { inner: 'x' },
    nested: { name: { inner: 'y' } },
    empty: [],
    ip: '10.1.2.3',
    users: [
      { name: 'ann', age: 30 },
      { name: 'bob', age: 40 },
    ],
  },
};

export const matching: readonly [string, unknown][] = [
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
  ['a nested field, by dots in a name', { 'detail.nested': { 'name.inner': ['y'] } }],
  ['a field with a dot in its name, by nesting', { detail: { dotted: { name: { inner: ['x'] } } } }],
  ['a field with a dot in its name, by the same name', { detail: { 'dotted.name': { inner: ['x'] } } }],
  ['a field of an object in an array, by dots', { detail: { 'users.name': ['ann'] } }],
  ['anything-but an empty wildcard, on any text', { detail: { path: [{ 'anything-but': { wildcard: '' } }] } }],
  ['a wildcard with five stars between different texts', { detail: { path: [{ wildcard: '*a*b*c*.*t' }] } }],
  ['$or at the top', { $or: [{ source: ['x'] }, { account: ['111122223333'] }] }],
  [
    '$or in a detail, beside a field',
    { detail: { eventName: ['DisableKey'], $or: [{ count: [1] }, { flag: [false] }] } },
  ],
];

export const missing: readonly [string, unknown][] = [
  ['another value', { source: ['aws.ec2'] }],
  ['another case', { source: ['AWS.KMS'] }],
  ['a number as text', { detail: { count: ['300'] } }],
  ['one field of two', { source: ['aws.kms'], account: ['1'] }],
  ['fields of different objects in an array', { detail: { users: { name: ['ann'], age: [40] } } }],
  ['another value, by dots in a name', { 'detail.nested.name': { inner: ['x'] } }],
  ['fields of different objects in an array, by dots', { 'detail.users.name': ['ann'], detail: { 'users.age': [40] } }],
  ['exists false on a field that is there by dots', { detail: { 'nested.name.inner': [{ exists: false }] } }],
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

export const refused: readonly [string, unknown, RegExp][] = [
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
  ['a wildcard of too many prefixes', { source: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }, /Rule is too complex/],
  ['a wildcard that repeats itself', { source: [{ wildcard: '*aaaaaaaaaaab' }] }, /Rule is too complex/],
  ['a bad escape', { source: [{ wildcard: 'a\\b' }] }, /Invalid escape/],
  ['a mixed anything-but', { source: [{ 'anything-but': ['a', 1] }] }, /mixed type/],
  ['an empty prefix to exclude', { source: [{ 'anything-but': { prefix: '' } }] }, /Null prefix/],
  ['an IP range without a length', { source: [{ cidr: '10.0.0.0' }] }, /Malformed CIDR/],
  ['a text for exists', { source: [{ exists: 'true' }] }, /exists match pattern/],
  ['a list', ['aws.kms'], /not an object/],
];

/** Where ministack differs, by the case's name. */
const ofMinistack: Readonly<Record<string, { readonly expected: unknown; readonly aws: string }>> = {
  'a field with a dot in its name, by nesting': {
    expected: false,
    aws: 'a dot in a name and a nested field match each other',
  },
  'a field with a dot in its name, by the same name': {
    expected: false,
    aws: 'a dot in a name and a nested field match each other',
  },
  'a number too large': { expected: 'accepted', aws: 'numbers are between -5.0e9 and 5.0e9' },
  'a wildcard of too many prefixes': { expected: 'accepted', aws: 'such a wildcard is too complex' },
  'a wildcard that repeats itself': { expected: 'accepted', aws: 'such a wildcard is too complex' },
};
const differing = (name: string) => (ofMinistack[name] ? { except: { ministack: ofMinistack[name] } } : {});

const tested = (client: EventBridgeClient, pattern: unknown) =>
  client.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }));

const deciding =
  (verb: string, expected: boolean) =>
  ([name, pattern]: readonly [string, unknown]): Case<EventBridgeClient> => ({
    name: `TestEventPattern ${verb} ${name}`,
    run: async (client) => (await tested(client, pattern)).Result,
    expected,
    ...differing(name),
  });

const refusing = ([name, pattern]: readonly [string, unknown, RegExp]): Case<EventBridgeClient> => ({
  name: `TestEventPattern refuses ${name}`,
  run: (client) => refusal(tested(client, pattern)),
  expected: 'InvalidEventPatternException',
  ...differing(name),
});

export const eventPatterns: Contract<EventBridgeClient> = {
  service: 'EventBridge patterns',
  cases: [
    ...matching.map(deciding('matches', true)),
    ...missing.map(deciding('does not match', false)),
    ...refused.map(refusing),
  ],
};
