import { describe, expect, it } from '@jest/globals';
import { assertEnvironmentsFit, mostBytes } from '../../../scripts/deploy/environment-size.ts';
import type { Resources } from '../../../scripts/deploy/template.ts';

const aFunction = (Variables: object): Resources => ({
  CreateDatabase: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'latchkey-prod-createDatabase', Environment: { Variables } },
  },
});

describe('the environment of a function', () => {
  it('fits up to 4,000 bytes of names and values', () => {
    expect(() => assertEnvironmentsFit(aFunction({ NAME: 'x'.repeat(mostBytes - 4) }))).not.toThrow();
    expect(() => assertEnvironmentsFit(aFunction({ NAME: 'x'.repeat(mostBytes - 3) }))).toThrow(/has 4001 bytes/);
    expect(() => assertEnvironmentsFit(aFunction({ NAME: 'é'.repeat(mostBytes / 2) }))).toThrow(/has 4004 bytes/);
  });

  it('is refused by the function’s name and its largest variables', () => {
    const variables = { SMALL: 'x', LARGE: 'x'.repeat(3000), MIDDLE: 'x'.repeat(1500) };
    expect(() => assertEnvironmentsFit(aFunction(variables))).toThrow(
      'latchkey-prod-createDatabase has 4517 bytes of environment, of 4000 at most. The largest: LARGE (3005), MIDDLE (1506), SMALL (6).',
    );
  });

  it('counts what CloudFormation fills in at its longest', () => {
    const named = {
      A: { Ref: 'AWS::Region' },
      B: { 'Fn::GetAtt': ['Role', 'Arn'] },
      C: { 'Fn::Sub': 'arn:${AWS::Partition}:kms:${AWS::AccountId}' },
    };
    const bytes = 1 + 14 + 1 + 140 + 1 + 'arn:'.length + 10 + ':kms:'.length + 12;
    expect(() => assertEnvironmentsFit(aFunction({ ...named, D: 'x'.repeat(mostBytes - bytes - 1) }))).not.toThrow();
    expect(() => assertEnvironmentsFit(aFunction({ ...named, D: 'x'.repeat(mostBytes - bytes) }))).toThrow(/has 4001/);
  });
});
