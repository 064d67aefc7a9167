/** Roles for functions: one per set of rights, so that no function has a right that another one needs. */
import { createHash } from 'node:crypto';
import type { Uses } from './adapter-use.ts';
import { type Right, rights, rightsOfCommand } from './rights.ts';

/** By the function's key: the names of its rights, sorted. */
export type Rights = ReadonlyMap<string, readonly Right[]>;

/** Throws for a command that `rights.ts` does not know. */
export const rightsOf = (uses: Uses): Rights => new Map([...uses].map(([key, { commands }]) => [key, needed(key, commands)]));

function needed(key: string, commands: readonly string[]): Right[] {
  const names = commands.flatMap((command) => {
    const known = rightsOfCommand[command];
    if (!known) throw new Error(`${key} sends ${command}, and scripts/deploy/rights.ts does not say what that may touch.`);
    return known;
  });
  return [...new Set(names)].sort();
}

export interface Roles {
  /** CloudFormation resources by logical id. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** The logical id of each function's role, by the function's key. */
  readonly roleOf: ReadonlyMap<string, string>;
}

interface Surroundings {
  readonly stage: string;
  /** The name of a function's log group, by its key. */
  readonly logGroup: (key: string) => string;
  /** Whether Lambda calls it without anybody waiting, and keeps what it failed on. */
  readonly isAsynchronous: (key: string) => boolean;
}

export function rolesOf(needs: Rights, { stage, logGroup, isAsynchronous }: Surroundings): Roles {
  const resources: Record<string, unknown> = {};
  const roleOf = new Map<string, string>();
  for (const [key, own] of needs) {
    const names: readonly Right[] = isAsynchronous(key) ? [...own, 'dead-letters:seal', 'dead-letters:send'] : own;
    const group = logGroup(key);
    const id = `Role${createHash('sha256')
      .update([group, ...names].join(' '))
      .digest('hex')
      .slice(0, 8)
      .toUpperCase()}`;
    resources[id] ??= role(names, { stage, group });
    roleOf.set(key, id);
  }
  return { resources, roleOf };
}

const role = (names: readonly Right[], { stage, group }: { stage: string; group: string }) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Description: `Functions that need: ${names.join(', ') || 'nothing but their log'}`.slice(0, 1000),
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'needs',
        PolicyDocument: { Version: '2012-10-17', Statement: [logging(group), ...names.map((name) => staged(rights[name], stage))] },
      },
    ],
  },
});

const logging = (group: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}:*` }],
});

/** The stage is no parameter of the template; it's in the names. */
const staged = (statement: unknown, stage: string): unknown => JSON.parse(JSON.stringify(statement).replaceAll('${Stage}', stage));
