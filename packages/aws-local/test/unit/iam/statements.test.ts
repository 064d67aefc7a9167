/**
 * What a statement is about, and which one wins.
 * Source: IAM guide, "Policy evaluation logic" and the reference of the elements.
 */
import { describe, expect, it } from '@jest/globals';
import { decide, role, statement } from './deciding.ts';

const root = 'arn:aws:iam::210987654321:root';
const other = { accountId: '210987654321', arn: 'arn:aws:iam::210987654321:role/other' };
const stranger = { accountId: '999999999999', arn: 'arn:aws:iam::999999999999:user/eve' };
const events = { accountId: '', arn: 'events.amazonaws.com' };

describe('a deny', () => {
  const condition = { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } };

  it('wins over an allow of the same request, before and behind it', () => {
    const deny = statement({ Effect: 'Deny', Action: 'kms:Decrypt' });
    expect(decide([statement(), deny])).toBe('denied');
    expect(decide([deny, statement()])).toBe('denied');
    expect(decide([deny, statement()], { action: 'kms:Encrypt' })).toBe('allowed');
  });

  it('counts only if its condition holds', () => {
    const statements = [statement(), statement({ Effect: 'Deny', Condition: condition })];
    expect(decide(statements, { values: { 'aws:PrincipalAccount': '210987654321' } })).toBe('denied');
    expect(decide(statements, { values: { 'aws:PrincipalAccount': '111122223333' } })).toBe('allowed');
  });

  it('unless encrypted in transit, leaves encrypted requests alone', () => {
    const statements = [
      statement(),
      statement({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ];
    expect(decide(statements, { values: { 'aws:SecureTransport': 'true' } })).toBe('allowed');
    expect(decide(statements, { values: { 'aws:SecureTransport': 'false' } })).toBe('denied');
  });

  it('without multi-factor authentication reaches long-term credentials by BoolIfExists only', () => {
    const deny = (operator: string) => [
      statement(),
      statement({ Effect: 'Deny', Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    ];
    expect(decide(deny('Bool'))).toBe('allowed');
    expect(decide(deny('BoolIfExists'))).toBe('denied');
    expect(decide(deny('BoolIfExists'), { values: { 'aws:MultiFactorAuthPresent': 'true' } })).toBe('allowed');
  });
});

describe('NotAction', () => {
  const statements = [statement({ Action: undefined, NotAction: ['kms:ScheduleKeyDeletion', 'kms:Delete*'] })];

  it.each([
    ['kms:Decrypt', 'allowed'],
    ['kms:ScheduleKeyDeletion', 'silent'],
    ['kms:DeleteAlias', 'silent'],
  ])('%s: %s', (action, decision) => {
    expect(decide(statements, { action })).toBe(decision);
  });
});

describe('NotResource', () => {
  it.each([
    ['arn:aws:kms:us-east-1:111122223333:key/*', 'silent'],
    ['arn:aws:kms:us-east-1:111122223333:alias/*', 'allowed'],
    [['arn:aws:kms:*:*:alias/*', '*'], 'silent'],
  ])('%j: %s', (NotResource, decision) => {
    expect(decide([statement({ Resource: undefined, NotResource })])).toBe(decision);
  });
});

describe('NotPrincipal', () => {
  const deny = (NotPrincipal: unknown) => [
    statement(),
    statement({ Effect: 'Deny', Principal: undefined, NotPrincipal }),
  ];

  it.each([
    ['the role and its account', { AWS: [root, role.arn] }, 'allowed'],
    ['the role and the id of its account', { AWS: ['210987654321', role.arn] }, 'allowed'],
    ['the role without its account', { AWS: role.arn }, 'denied'],
    ['its account alone', { AWS: root }, 'denied'],
    ['another role', { AWS: [root, other.arn] }, 'denied'],
    ['everybody', '*', 'allowed'],
  ])('spares a role by naming %s: %s', (_who, NotPrincipal, decision) => {
    expect(decide(deny(NotPrincipal))).toBe(decision);
  });

  it('denies all other callers', () => {
    const statements = deny({ AWS: [root, role.arn] });
    for (const caller of [other, stranger, events]) expect(decide(statements, { caller })).toBe('denied');
  });

  it('spares a root by its account, and a service by its name', () => {
    expect(decide(deny({ AWS: root }), { caller: { accountId: '210987654321', arn: root } })).toBe('allowed');
    expect(decide(deny({ Service: events.arn }), { caller: events })).toBe('allowed');
  });
});

describe('a service', () => {
  it('is allowed by its name only', () => {
    expect(decide([statement({ Principal: { Service: events.arn } })], { caller: events })).toBe('allowed');
    expect(decide([statement({ Principal: { Service: 'sns.amazonaws.com' } })], { caller: events })).toBe('silent');
    expect(decide([statement({ Principal: { Service: events.arn } })])).toBe('silent');
  });
});
