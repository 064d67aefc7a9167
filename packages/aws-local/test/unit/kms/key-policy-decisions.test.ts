import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluatePolicy } from '../../../src/iam/policy-evaluation.ts';
import { parseKeyPolicy } from '../../../src/kms/key-policy.ts';
import { owner, platform, stranger } from './fixture.ts';

const resource = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';

interface Request {
  caller?: typeof owner;
  action?: string;
  values?: Record<string, string[]>;
}
const decide = (statements: object[], { caller = platform, action = 'kms:Decrypt', values = {} }: Request = {}) =>
  evaluatePolicy(parseKeyPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), {
    caller,
    action,
    resource,
    values: new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value])),
  });

const allow = (overrides: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'kms:*',
  Resource: '*',
  ...overrides,
});
const when = (Condition: object) => [allow({ Condition })];

describe('who a principal is', () => {
  it.each([
    ['anyone', '*', 'allowed'],
    ['anyone, in a map', { AWS: '*' }, 'allowed'],
    ['the account by its root', { AWS: 'arn:aws:iam::210987654321:root' }, 'allowed'],
    ['the account by its bare id', { AWS: '210987654321' }, 'allowed'],
    ['one of several', { AWS: ['999999999999', platform.arn] }, 'allowed'],
    ['the role itself', { AWS: platform.arn }, 'allowed'],
    ['another role of the account', { AWS: 'arn:aws:iam::210987654321:role/other' }, 'silent'],
    ['another account', { AWS: '999999999999' }, 'silent'],
    ['an AWS service', { Service: 'logs.us-east-1.amazonaws.com' }, 'silent'],
  ])('%s', (_who, Principal, decision) => {
    expect(decide([allow({ Principal })])).toBe(decision);
  });
});

describe('what a statement covers', () => {
  it.each([
    ['kms:Decrypt', 'kms:Decrypt', 'allowed'],
    ['KMS:decrypt', 'kms:Decrypt', 'allowed'],
    ['kms:ReEncrypt*', 'kms:ReEncryptFrom', 'allowed'],
    ['kms:GenerateDataKey*', 'kms:GenerateDataKeyWithoutPlaintext', 'allowed'],
    ['*', 'kms:Decrypt', 'allowed'],
    ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'silent'],
    ['kms:Encrypt', 'kms:ReEncryptFrom', 'silent'],
    ['s3:*', 'kms:Decrypt', 'silent'],
  ])('action %s for %s', (Action, action, decision) => {
    expect(decide([allow({ Action })], { action })).toBe(decision);
  });

  it.each([
    [resource, 'allowed'],
    ['arn:aws:kms:us-east-1:111122223333:key/*', 'allowed'],
    ['arn:aws:kms:us-east-1:111122223333:key/66666666-2222-3333-4444-555555555555', 'silent'],
  ])('resource %s', (Resource, decision) => {
    expect(decide([allow({ Resource })])).toBe(decision);
  });
});

describe('conditions', () => {
  const context = { 'kms:EncryptionContext:team': ['acme'], 'kms:EncryptionContextKeys': ['team', 'database'] };
  it.each<[string, object, Record<string, string[]>, 'allowed' | 'silent']>([
    ['StringEquals, equal', { StringEquals: { 'kms:EncryptionContext:team': 'acme' } }, context, 'allowed'],
    [
      'StringEquals, the key in another case',
      { StringEquals: { 'KMS:EncryptionContext:TEAM': 'acme' } },
      context,
      'allowed',
    ],
    [
      'StringEquals, one of a list',
      { StringEquals: { 'kms:EncryptionContext:team': ['other', 'acme'] } },
      context,
      'allowed',
    ],
    ['StringEquals, another value', { StringEquals: { 'kms:EncryptionContext:team': 'other' } }, context, 'silent'],
    [
      'StringEquals, the value in another case',
      { StringEquals: { 'kms:EncryptionContext:team': 'ACME' } },
      context,
      'silent',
    ],
    ['StringEquals, no such key', { StringEquals: { 'kms:EncryptionContext:app': 'acme' } }, context, 'silent'],
    [
      'StringEqualsIfExists, no such key',
      { StringEqualsIfExists: { 'kms:EncryptionContext:app': 'acme' } },
      context,
      'allowed',
    ],
    [
      'StringEqualsIfExists, another value',
      { StringEqualsIfExists: { 'kms:EncryptionContext:team': 'other' } },
      context,
      'silent',
    ],
    [
      'StringNotEquals, another value',
      { StringNotEquals: { 'kms:EncryptionContext:team': 'other' } },
      context,
      'allowed',
    ],
    [
      'StringNotEquals, equal',
      { StringNotEquals: { 'kms:EncryptionContext:team': ['acme', 'other'] } },
      context,
      'silent',
    ],
    ['StringNotEquals, no such key', { StringNotEquals: { 'kms:ViaService': 'ec2' } }, {}, 'allowed'],
    [
      'StringLike',
      { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } },
      { 'kms:ViaService': ['ec2.us-east-1.amazonaws.com'] },
      'allowed',
    ],
    [
      'ArnLike',
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
      { 'aws:PrincipalArn': [platform.arn] },
      'allowed',
    ],
    [
      'ArnEquals, another',
      { ArnEquals: { 'aws:PrincipalArn': owner.arn } },
      { 'aws:PrincipalArn': [platform.arn] },
      'silent',
    ],
    [
      'Bool, true',
      { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      { 'kms:GrantIsForAWSResource': ['true'] },
      'allowed',
    ],
    [
      'Bool, a JSON boolean',
      { Bool: { 'kms:GrantIsForAWSResource': true } },
      { 'kms:GrantIsForAWSResource': ['false'] },
      'silent',
    ],
    ['Null, absent as wanted', { Null: { 'kms:ViaService': 'true' } }, {}, 'allowed'],
    ['Null, present but unwanted', { Null: { 'kms:EncryptionContext:team': 'true' } }, context, 'silent'],
    [
      'ForAllValues, all known',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['team', 'database', 'x'] } },
      context,
      'allowed',
    ],
    [
      'ForAllValues, one unknown',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } },
      context,
      'silent',
    ],
    [
      'ForAllValues, none at all',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } },
      {},
      'allowed',
    ],
    [
      'ForAnyValue, one known',
      { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } },
      context,
      'allowed',
    ],
    [
      'ForAnyValue, none at all',
      { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } },
      {},
      'silent',
    ],
    [
      'two conditions, one fails',
      { StringEquals: { 'kms:EncryptionContext:team': 'acme' }, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      context,
      'silent',
    ],
  ])('%s', (...[, condition, values, decision]) => {
    expect(decide(when(condition), { values })).toBe(decision);
  });
});

describe('deny', () => {
  const effects = fc.constantFrom('Allow', 'Deny');
  const principals = fc.constantFrom('*', { AWS: platform.arn }, { AWS: platform.accountId }, { AWS: stranger.arn });
  const actions = fc.constantFrom('kms:*', 'kms:Decrypt', 'kms:Encrypt', 'kms:De*');
  const statement = fc.record({ Effect: effects, Principal: principals, Action: actions, Resource: fc.constant('*') });

  it('wins over any number of allows, in any order', () => {
    const deny = { Effect: 'Deny', Principal: { AWS: platform.accountId }, Action: 'kms:Decrypt', Resource: '*' };
    fc.assert(
      fc.property(fc.array(statement), fc.array(statement), (before, after) => {
        expect(decide([...before, deny, ...after])).toBe('denied');
      }),
    );
  });

  it('never lets more statements of denial allow what was not allowed', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), fc.array(statement), (statements, more) => {
        const denials = more.map((one) => ({ ...one, Effect: 'Deny' }));
        if (decide(statements) !== 'allowed') expect(decide([...statements, ...denials])).not.toBe('allowed');
      }),
    );
  });
});
