/** The principals of the local cloud: the accounts' administrators, EC2, and the roles of functions and machines. */
import { createHash } from 'node:crypto';
import type { CallerOf } from 'aws-local/accounts';
import { assertTrusts, identityPolicies } from 'aws-local/authorization';
import type { Credentials, LambdaFunction } from 'aws-local/lambda';
import type { ActionRequest, Caller, PolicyDecision } from 'aws-local/protocol';
import { callerOf, platformAccount } from './accounts.ts';
import type { Machine } from './stack/resources.ts';
import type { Role } from './stack/roles.ts';
import type { Stack } from './stack/stack.ts';

/** Receives each decision by a role's policies; `name` is a function's key, or a state machine's name. */
export type OnDecision = (name: string, request: ActionRequest, decision: PolicyDecision) => void;

export interface Principals {
  /** The session of a function's role. */
  sessionOf(called: Pick<LambdaFunction, 'key'>): Caller;
  /** The session of a state machine's role, which its executions share. */
  machineSession(machine: Pick<Machine, 'name' | 'roleArn'>): Caller;
  readonly callerOf: CallerOf;
  /** Of a function's role, as Lambda gives them to it. */
  credentialsOf(called: Pick<LambdaFunction, 'key'>): Credentials;
}

/** Throws if a service may not assume a role, or IAM would refuse a policy. */
export function createPrincipals(
  { functions, roles }: Pick<Stack, 'functions' | 'roles'>,
  onDecision: OnDecision = () => undefined,
): Principals {
  const session = (service: string, name: string, roleArn: string) =>
    sessionOf({ service, name, role: requireRole(roles, roleArn) }, onDecision);
  const sessions = new Map(
    functions.map(({ key, roleArn }) => [key, session('lambda.amazonaws.com', key, roleArn)] as const),
  );
  const known = new Map([...sessions].map(([key, caller]) => [accessKeyOf(key), caller]));
  return {
    sessionOf: ({ key }) => {
      const found = sessions.get(key);
      if (!found) throw new Error(`There is no function ${key}`);
      return found;
    },
    machineSession: ({ name, roleArn }) => session('states.amazonaws.com', name, roleArn),
    callerOf: (accessKeyId) => known.get(accessKeyId) ?? callerOf(accessKeyId),
    credentialsOf: ({ key }) => ({ accessKeyId: accessKeyOf(key), secretAccessKey: 'local' }),
  };
}

function requireRole(roles: Stack['roles'], arn: string): Role {
  const role = roles.get(arn);
  if (!role) throw new Error(`The template has no role ${arn}`);
  return role;
}

/** `name` is a function's key, or a state machine's name. */
function sessionOf(
  { service, name, role }: { service: string; name: string; role: Role },
  onDecision: OnDecision,
): Caller {
  assertTrusts(role.trustPolicy, service);
  const documents = role.policies.map((document) => JSON.stringify(document));
  return {
    accountId: platformAccount,
    arn: role.arn,
    sessionName: name,
    policies: identityPolicies(documents, (request, decision) => onDecision(name, request, decision)),
  };
}

/** In the form of temporary credentials: `ASIA` and 16 characters. */
const accessKeyOf = (functionKey: string) =>
  `ASIA${createHash('sha256').update(functionKey).digest('hex').slice(0, 16).toUpperCase()}`;
