/**
 * What the packaging keeps unchanged, or sets everywhere: definitions, partitions, policies' sizes, and the resources
 * that are retained after a removal.
 */
import { describe, expect, it } from '@jest/globals';
import { machineNames, readMachine, readSource } from '#statemachines/definitions.ts';
import { all, resources, templateText } from './packaged.ts';

interface PolicyDocument {
  readonly Statement: readonly { readonly Principal: { readonly Service: string }; readonly Condition?: object }[];
}

/** Ids in `Ref`, `Fn::GetAtt` and `Fn::Sub`, without CloudFormation's own. */
function referredIn(value: unknown): string[] {
  const text = JSON.stringify(value);
  const named = [...text.matchAll(/"(?:Ref":"|Fn::GetAtt":\["|Fn::Sub":"[^"]*\$\{)(\w+)(?!\w*::)/g)].map(
    ([, name = '']) => name,
  );
  return named.filter((name) => name !== 'AWS');
}

describe('the packaged definitions', () => {
  it.each(machineNames)('%s is its source, with a substitution for every function', (name) => {
    const StateMachineName = `latchkey-test-${name}`;
    const [, machine] =
      all('AWS::StepFunctions::StateMachine').find(
        ([, each]) => each.Properties.StateMachineName === StateMachineName,
      ) ?? [];

    expect(machine?.Properties.Definition).toEqual(readMachine(name));
    const placeholders = [...readSource(name).matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
    expect(Object.keys(machine?.Properties.DefinitionSubstitutions ?? {}).sort()).toEqual(
      [...new Set(placeholders)].sort(),
    );
  });

  it('are all that there are', () => {
    expect(all('AWS::StepFunctions::StateMachine')).toHaveLength(machineNames.length);
  });
});

describe('the packaged template', () => {
  it('names no partition: the stack works in China and in GovCloud', () => {
    expect(templateText.match(/arn:aws[\w-]*:[^"]{0,60}/g)).toBeNull();
  });

  it("keeps each role's policies within IAM's 10,240 characters", () => {
    const sizes = all('AWS::IAM::Role').map(
      ([name, { Properties }]) => [name, JSON.stringify(Properties.Policies ?? []).length] as const,
    );

    expect(sizes.filter(([, size]) => size > 9_000)).toEqual([]);
  });

  it('keeps what can be imported into a new stack by itself: nothing of it refers to anything else', () => {
    const kept = Object.entries(resources).filter(([, { DeletionPolicy = '' }]) => DeletionPolicy.startsWith('Retain'));
    const names = kept.map(([name]) => name).sort();

    expect(names).toEqual(['BackupBucket', 'EvidenceKey', 'PlatformKey', 'Table']);
    expect(kept.flatMap(([, resource]) => referredIn(resource)).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('refuses plain HTTP at the bucket', () => {
    expect(resources.BackupBucketPolicy?.Properties).toMatchObject({
      Bucket: { Ref: 'BackupBucket' },
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    });
  });

  it('lets EventBridge publish to the operators without a condition, which it would fail', () => {
    const document = resources.OperatorsPolicy?.Properties.PolicyDocument as PolicyDocument | undefined;
    const published = document?.Statement.map(({ Principal, Condition }) => [
      Principal.Service,
      Condition !== undefined,
    ]);

    expect(published).toEqual([
      ['cloudwatch.amazonaws.com', true],
      ['events.amazonaws.com', false],
    ]);
  });
});
