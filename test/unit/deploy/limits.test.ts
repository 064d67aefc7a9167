/** Packaging ends before AWS would refuse the template: each limit is named, with the place where it is exceeded. */
import { describe, expect, it } from '@jest/globals';
import {
  assertWithinLimits,
  mostEnvironmentBytes,
  mostFunctions,
  mostPolicyCharacters,
  mostResources,
  mostTemplateBytes,
} from '../../../scripts/deploy/limits.ts';
import type { Resources } from '../../../scripts/deploy/template.ts';

const check = (resources: Resources) => () => assertWithinLimits({ Resources: resources });
const aFunction = (Variables: object): Resources => ({
  ApiDatabases: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'latchkey-prod-apiDatabases', Environment: { Variables } },
  },
});
const aRole = (characters: number): Resources => ({
  Role1: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: 'Functions that need: table:read',
      Policies: [{ PolicyName: 'needs', PolicyDocument: 'x'.repeat(characters) }],
    },
  },
});
const queues = (count: number, more: object = {}): Resources =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Queue${index}`,
      { Type: 'AWS::SQS::Queue', Properties: { ...more } },
    ]),
  );

describe('the environment of a function', () => {
  it('fits up to 4,000 bytes of names and values', () => {
    expect(check(aFunction({ NAME: 'x'.repeat(mostEnvironmentBytes - 4) }))).not.toThrow();
    expect(check(aFunction({ NAME: 'x'.repeat(mostEnvironmentBytes - 3) }))).toThrow(/has 4001 bytes/);
    expect(check(aFunction({ NAME: 'é'.repeat(mostEnvironmentBytes / 2) }))).toThrow(/has 4004 bytes/);
  });

  it('is refused by the function’s name and its largest variables', () => {
    const variables = { SMALL: 'x', LARGE: 'x'.repeat(3000), MIDDLE: 'x'.repeat(1500) };

    expect(check(aFunction(variables))).toThrow(
      'latchkey-prod-apiDatabases has 4517 bytes of environment, of 4000 at most. The largest: LARGE (3005), ' +
        'MIDDLE (1506), SMALL (6).',
    );
  });

  it('counts the values of CloudFormation at their maximum lengths', () => {
    const named = {
      A: { Ref: 'AWS::Region' },
      B: { 'Fn::GetAtt': ['Role', 'Arn'] },
      C: { 'Fn::Sub': 'arn:${AWS::Partition}:kms:${AWS::AccountId}' },
    };
    const bytes = 1 + 14 + 1 + 140 + 1 + 'arn:'.length + 10 + ':kms:'.length + 12;

    expect(check(aFunction({ ...named, D: 'x'.repeat(mostEnvironmentBytes - bytes - 1) }))).not.toThrow();
    expect(check(aFunction({ ...named, D: 'x'.repeat(mostEnvironmentBytes - bytes) }))).toThrow(/has 4001/);
  });
});

describe('the policies of a role', () => {
  it('have at most 10,240 characters together, and a longer one is refused by the role and what it is for', () => {
    expect(check(aRole(mostPolicyCharacters))).not.toThrow();
    expect(check(aRole(mostPolicyCharacters + 1))).toThrow(
      'The role Role1 (Functions that need: table:read) has 10241 characters of policies, of 10240 at most.',
    );
  });
});

describe('the template', () => {
  it('has at most 300 resources, and says which it has most of', () => {
    expect(check(queues(mostResources))).not.toThrow();
    expect(check(queues(mostResources + 1))).toThrow(
      'The template has 301 resources, of 300 at most: 301 AWS::SQS::Queue. Add the operation to a function',
    );
  });

  it('has at most 45 functions', () => {
    const functions = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`F${index}`, { Type: 'AWS::Lambda::Function' }]));

    expect(check(functions(mostFunctions))).not.toThrow();
    expect(check(functions(mostFunctions + 1))).toThrow('The template has 46 functions, of 45 at most. Add');
  });

  it('has at most 900 KB', () => {
    const bytes = Buffer.byteLength(JSON.stringify({ Resources: queues(1, { QueueName: '' }) }));

    expect(check(queues(1, { QueueName: 'x'.repeat(mostTemplateBytes - bytes) }))).not.toThrow();
    expect(check(queues(1, { QueueName: 'x'.repeat(mostTemplateBytes - bytes + 1) }))).toThrow(
      'The template has 900001 bytes, of 900000 at most.',
    );
  });

  it('is refused with all its faults at once', () => {
    const faults = check({ ...aFunction({ NAME: 'x'.repeat(5000) }), ...aRole(20_000) });
    expect(faults).toThrow(/latchkey-prod-apiDatabases has 5004 bytes/);
    expect(faults).toThrow(/The role Role1 .* has 20000 characters/);
  });
});
