/** Policy variables. Source: IAM guide, "IAM policy elements: Variables and tags". */
import { describe, expect, it } from '@jest/globals';
import { decide, holds, parse, statement } from './deciding.ts';

const tagged = { 'aws:PrincipalTag/team': 'acme', 'aws:username': 'ann' };

describe('a policy variable', () => {
  it.each<[wanted: string, actual: string, holds: boolean]>([
    ['${aws:PrincipalTag/team}', 'acme', true],
    ['${AWS:principaltag/TEAM}', 'acme', true],
    ['${aws:PrincipalTag/team}', 'globex', false],
    ['of-${aws:PrincipalTag/team}-by-${aws:username}', 'of-acme-by-ann', true],
    ["${aws:PrincipalTag/team, 'all'}", 'acme', true],
    ["${aws:PrincipalTag/other, 'all'}", 'all', true],
    ["${aws:PrincipalTag/other,'all'}", 'acme', false],
    ['${*}', '*', true],
    ['${?}${$}{x}', '?${x}', true],
    ['${aws:PrincipalTag/other}', 'acme', false],
  ])('%s equals %s: %j', (wanted, actual, outcome) => {
    const values = { ...tagged, 'kms:EncryptionContext:team': actual };
    expect(holds({ StringEquals: { 'kms:EncryptionContext:team': wanted } }, values)).toBe(outcome);
  });

  it('brings no wildcard with it', () => {
    const like = { StringLike: { 'kms:EncryptionContext:team': '${aws:username}-*' } };
    expect(holds(like, { 'aws:username': '*', 'kms:EncryptionContext:team': 'bob-1' })).toBe(false);
    expect(holds(like, { 'aws:username': '*', 'kms:EncryptionContext:team': '*-1' })).toBe(true);
    expect(holds({ StringLike: { 'aws:username': 'a${*}' } }, { 'aws:username': 'ann' })).toBe(false);
  });

  it('stands in a resource, too', () => {
    const Resource = 'arn:aws:kms:*:${aws:PrincipalTag/owner}:key/*';
    expect(decide([statement({ Resource })], { values: { 'aws:PrincipalTag/owner': '111122223333' } })).toBe('allowed');
    expect(decide([statement({ Resource })], { values: { 'aws:PrincipalTag/owner': '210987654321' } })).toBe('silent');
  });

  it.each<[why: string, overrides: object]>([
    ['a condition', { Condition: { StringEquals: { 'kms:k': ['x', '${aws:PrincipalTag/none}'] } } }],
    ['a negated condition', { Condition: { StringNotEquals: { 'kms:k': '${aws:PrincipalTag/none}' } } }],
    ['a resource', { Resource: ['*', '${aws:PrincipalTag/none}'] }],
    ['a resource that is spared', { Resource: undefined, NotResource: '${aws:PrincipalTag/none}' }],
  ])('without a value makes the whole statement void: in %s', (_why, overrides) => {
    expect(decide([statement(overrides)], { values: { 'kms:k': 'x' } })).toBe('silent');
    expect(decide([statement(), statement({ ...overrides, Effect: 'Deny' })], { values: { 'kms:k': 'x' } })).toBe(
      'allowed',
    );
  });

  it('without a value makes nothing void under IfExists', () => {
    const condition = { StringEqualsIfExists: { 'kms:k': ['x', '${aws:PrincipalTag/none}'] } };
    expect(holds(condition, { 'kms:k': 'x' })).toBe(true);
    expect(holds(condition, { 'kms:k': 'y' })).toBe(false);
    expect(holds(condition, {})).toBe(true);
  });

  it('has no value if its key has several', () => {
    expect(holds({ StringEquals: { 'kms:k': '${aws:TagKeys}' } }, { 'kms:k': 'a', 'aws:TagKeys': ['a', 'b'] })).toBe(
      false,
    );
  });

  it('is plain text in a policy of the older version', () => {
    const condition = { StringEquals: { 'kms:k': '${aws:username}' } };
    expect(holds(condition, { ...tagged, 'kms:k': 'ann' }, '2008-10-17')).toBe(false);
    expect(holds(condition, { ...tagged, 'kms:k': '${aws:username}' }, '2008-10-17')).toBe(true);
  });

  it.each(['${aws:colour}', '${aws:username', '${}', '${ aws:username }', "${aws:username, 'x}"])(
    'is refused as %s',
    (wanted) => {
      expect(() => parse([statement({ Condition: { StringEquals: { 'kms:k': wanted } } })])).toThrow(/variable/);
    },
  );
});
