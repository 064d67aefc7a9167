/** Roles for functions: one per set of rights, so that no function has a right that it does not declare. */
import { createHash } from 'node:crypto';
import type { Deployed } from './deployed.ts';
import { isRight, type Right, rights, type Statement } from './rights.ts';

/** By the function's key: its rights, sorted. */
export type Rights = ReadonlyMap<string, readonly Right[]>;

/** Throws an error that names each function without rights, and each key that `rights.ts` does not have. */
export function rightsOf(functions: Readonly<Record<string, Deployed>>): Rights {
  const faults = Object.entries(functions).flatMap(([key, { rights: words }]) => {
    if (!Array.isArray(words)) return [`${key} declares no rights. Give it a list in serverless.yml; [] is none.`];
    return words
      .filter((word) => !isRight(word))
      .map((word) => `${key} declares the right ${word}, which scripts/deploy/rights.ts does not know.`);
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return new Map(
    Object.entries(functions).map(([key, { rights: words = [] }]) => [key, [...new Set(words.filter(isRight))].sort()]),
  );
}

export interface Roles {
  /** CloudFormation resources by logical id. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** The logical id of each function's role, by the function's key. */
  readonly roleOf: ReadonlyMap<string, string>;
}

interface RolesInput {
  readonly stage: string;
  /** In the format of a mail's sender: `Latchkey <latchkey@example.com>`, or the address alone. */
  readonly mailFrom: string;
  /** The name of a function's log group, by its key. */
  readonly logGroup: (key: string) => string;
  /** Whether Lambda invokes it asynchronously, and keeps its failed events. */
  readonly isAsynchronous: (key: string) => boolean;
}

/** What the packaging adds to the functions of `serverless.yml`, and the local cloud enforces. */
export const packagedRoles = (
  functions: Readonly<Record<string, Deployed>>,
  { stage, mailFrom }: Pick<RolesInput, 'stage' | 'mailFrom'>,
): Roles =>
  rolesOf(rightsOf(functions), {
    stage,
    mailFrom,
    logGroup: (key) => logGroupOf(functions[key]?.handler ?? '', stage),
    isAsynchronous: (key) => isListener(functions[key]?.handler ?? ''),
  });

const kindOf = (handler: string): string => handler.split('/').slice(1, -1)[0] ?? 'api';

/** EventBridge calls these functions and waits for no response, so failed events are kept in a queue. */
export const isListener = (handler: string): boolean => kindOf(handler) === 'events';

/** By kind, as the folders of `functions/`: `api`, `heroku`, `tasks`, `events`. */
export const logGroupOf = (handler: string, stage: string): string => `/latchkey/${stage}/${kindOf(handler)}`;

export function rolesOf(needs: Rights, { stage, mailFrom, logGroup, isAsynchronous }: RolesInput): Roles {
  const resources: Record<string, unknown> = {};
  const roleOf = new Map<string, string>();
  for (const [key, own] of needs) {
    const names: readonly Right[] = isAsynchronous(key) ? [...own, 'dead-letters:send'] : own;
    const group = logGroup(key);
    const id = `Role${createHash('sha256')
      .update([group, ...names].join(' '))
      .digest('hex')
      .slice(0, 8)
      .toUpperCase()}`;
    resources[id] ??= role(names, { stage, senders: identitiesOf(mailFrom), group });
    roleOf.set(key, id);
  }
  return { resources, roleOf };
}

interface Naming {
  readonly stage: string;
  readonly senders: readonly string[];
  readonly group: string;
}

const role = (names: readonly Right[], naming: Naming) => ({
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
        PolicyDocument: { Version: '2012-10-17', Statement: [logging(naming.group), ...statementsOf(names, naming)] },
      },
    ],
  },
});

/**
 * Statements on the same resources under the same condition are merged: a role's policies have at most 10,240
 * characters.
 */
function statementsOf(names: readonly Right[], naming: Naming): unknown[] {
  const placed = names.flatMap((name) => rights[name].map((statement) => named(statement, naming)));
  const groups = Map.groupBy(placed, ({ Resource, Condition }) => JSON.stringify([Resource, Condition]));
  return [...groups.values()].map(([first, ...others]) => {
    const actions = [first, ...others].flatMap((each) => each?.Action ?? []);
    return { ...first, Action: [...new Set(actions)].sort() };
  });
}

const logging = (group: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}:*` }],
});

/** The stage and the sender are not parameters of the template; they are in the names. */
function named(statement: Statement, { stage, senders }: Naming): Statement {
  const text = (value: unknown) => JSON.stringify(value).replaceAll('${Stage}', stage);
  const each = (resource: unknown): unknown[] => {
    const placed = text(resource);
    return placed.includes('${Sender}')
      ? senders.map((sender) => JSON.parse(placed.replace('${Sender}', sender)))
      : [JSON.parse(placed)];
  };
  return { ...(JSON.parse(text(statement)) as Statement), Resource: statement.Resource.flatMap(each) };
}

/** The SES identities by which a sender may be verified: its address, its domain, and the domains above it. */
export function identitiesOf(mailFrom: string): string[] {
  const address = /<([^>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom.trim();
  const [, domain = ''] = /^[^@\s]+@([\w.-]+)$/.exec(address) ?? [];
  if (!domain) throw new Error(`mailFrom is an address, or a name and an address in <>, not ${mailFrom}.`);
  const labels = domain.split('.');
  return [address, ...labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))];
}
