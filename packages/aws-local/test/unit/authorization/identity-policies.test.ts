/** Policies of users and roles: what they may say, and what they decide. */
import { describe, expect, it } from '@jest/globals';
import { identityPolicies } from '../../../src/authorization/identity-policies.ts';
import { assertTrusts } from '../../../src/authorization/trust.ts';
import { type NamedValues, requestValues } from '../../../src/iam/request-values.ts';

const customersKey = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const statement = (overrides: object = {}) => ({
  Effect: 'Allow',
  Action: ['kms:Decrypt'],
  Resource: ['arn:aws:kms:us-east-1:*:key/*'],
  ...overrides,
});
const decide = (documents: readonly string[], values: NamedValues = {}, action = 'kms:Decrypt') =>
  identityPolicies(documents).decide({ action, resource: customersKey, values: requestValues(values) });

describe('the policies of a role', () => {
  it.each([
    ['allows its actions on its resources', [policy(statement())], 'allowed'],
    ['is silent about other actions', [policy(statement({ Action: ['kms:Encrypt'] }))], 'silent'],
    ['is silent about other resources', [policy(statement({ Resource: ['arn:aws:kms:us-east-1:2:key/*'] }))], 'silent'],
    ['denies, whatever another policy allows', [policy(statement()), policy(statement({ Effect: 'Deny' }))], 'denied'],
    ['is silent without any policy', [], 'silent'],
  ])('%s', (_, documents, decision) => {
    expect(decide(documents)).toBe(decision);
  });

  it.each([
    ['without a resource', statement({ Resource: undefined })],
    ['with an empty list of resources', statement({ Resource: [] })],
    ['with a principal', statement({ Principal: '*' })],
    ['without an action', statement({ Action: undefined })],
    ['with a condition key that is not evaluated', statement({ Condition: { Null: { 'kms:Colour': 'false' } } })],
  ])('refuses a statement %s', (_, refused) => {
    expect(() => identityPolicies([policy(refused)])).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument' }),
    );
  });

  it('reports each decision', () => {
    const decisions: string[] = [];
    const { decide: decided } = identityPolicies([policy(statement())], ({ action }, decision) =>
      decisions.push(`${action} ${decision}`),
    );

    decided({ action: 'kms:Decrypt', resource: customersKey, values: requestValues({}) });
    decided({ action: 'kms:Sign', resource: customersKey, values: requestValues({}) });

    expect(decisions).toEqual(['kms:Decrypt allowed', 'kms:Sign silent']);
  });
});

describe('conditions of a role’s policies', () => {
  const elsewhere = { StringNotEquals: { 'aws:ResourceAccount': '210987654321' } };
  const ofStage = { StringEquals: { 'aws:ResourceTag/latchkey:stage': 'prod' } };
  const forResource = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  const ofTeam = { StringEquals: { 'kms:EncryptionContext:latchkey:team': 'team-1' } };
  const throughS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };

  it.each([
    [
      'another account',
      { Condition: elsewhere, values: { 'aws:ResourceAccount': '111122223333' }, decision: 'allowed' },
    ],
    [
      'the own account',
      { Condition: elsewhere, values: { 'aws:ResourceAccount': '210987654321' }, decision: 'silent' },
    ],
    [
      'the stage’s tag',
      { Condition: ofStage, values: { 'aws:ResourceTag/latchkey:stage': 'prod' }, decision: 'allowed' },
    ],
    [
      'another stage’s tag',
      { Condition: ofStage, values: { 'aws:ResourceTag/latchkey:stage': 'dev' }, decision: 'silent' },
    ],
    ['no tag', { Condition: ofStage, values: {}, decision: 'silent' }],
    [
      'a grant for a resource of AWS',
      { Condition: forResource, values: { 'kms:GrantIsForAWSResource': 'true' }, decision: 'allowed' },
    ],
    [
      'a grant for another use',
      { Condition: forResource, values: { 'kms:GrantIsForAWSResource': 'false' }, decision: 'silent' },
    ],
    [
      'the team’s context',
      { Condition: ofTeam, values: { 'kms:EncryptionContext:latchkey:team': 'team-1' }, decision: 'allowed' },
    ],
    [
      'another team’s context',
      { Condition: ofTeam, values: { 'kms:EncryptionContext:latchkey:team': 'team-2' }, decision: 'silent' },
    ],
    [
      'a call through S3',
      { Condition: throughS3, values: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, decision: 'allowed' },
    ],
    ['a direct call', { Condition: throughS3, values: {}, decision: 'silent' }],
  ])('decide on %s', (_, { Condition, values, decision }) => {
    expect(decide([policy(statement({ Condition }))], values)).toBe(decision);
  });
});

describe('a trust policy', () => {
  const trusting = (Service: string, Action = 'sts:AssumeRole') => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action }],
  });

  it('lets the service that it names assume the role', () => {
    expect(() => assertTrusts(trusting('lambda.amazonaws.com'), 'lambda.amazonaws.com')).not.toThrow();
  });

  it.each([
    ['another service', trusting('ec2.amazonaws.com')],
    ['another action', trusting('lambda.amazonaws.com', 'sts:TagSession')],
  ])('refuses it for %s', (_, trustPolicy) => {
    expect(() => assertTrusts(trustPolicy, 'lambda.amazonaws.com')).toThrow(
      'The role defined for the function cannot be assumed by Lambda.',
    );
  });
});
