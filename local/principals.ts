/** The principals of the local cloud: the accounts' administrators, EC2, and the role of each function. */
import { createHash } from 'node:crypto';
import type { CallerOf } from 'aws-local/accounts';
import { assertTrusts, identityPolicies } from 'aws-local/authorization';
import type { Credentials, LambdaFunction } from 'aws-local/lambda';
import type { ActionRequest, Caller, PolicyDecision } from 'aws-local/protocol';
import { callerOf, platformAccount } from './accounts.ts';
import type { Role } from './stack/roles.ts';
import type { Stack } from './stack/stack.ts';

/** Receives each decision by a role's policies. */
export type OnDecision = (functionKey: string, request: ActionRequest, decision: PolicyDecision) => void;

export interface Principals {
  readonly callerOf: CallerOf;
  /** Of a function's role, as Lambda gives them to it. */
  credentialsOf(called: Pick<LambdaFunction, 'key'>): Credentials;
}

/** Throws if Lambda may not assume a function's role, or IAM would refuse a policy. */
export function createPrincipals(
  { functions, roles }: Pick<Stack, 'functions' | 'roles'>,
  onDecision: OnDecision = () => undefined,
): Principals {
  const known = new Map(
    functions.map(({ key, roleArn }) => [accessKeyOf(key), sessionOf(key, requireRole(roles, roleArn), onDecision)]),
  );
  return {
    callerOf: (accessKeyId) => known.get(accessKeyId) ?? callerOf(accessKeyId),
    credentialsOf: ({ key }) => ({ accessKeyId: accessKeyOf(key), secretAccessKey: 'local' }),
  };
}

function requireRole(roles: Stack['roles'], arn: string): Role {
  const role = roles.get(arn);
  if (!role) throw new Error(`The template has no role ${arn}`);
  return role;
}

function sessionOf(functionKey: string, { arn, trustPolicy, policies }: Role, onDecision: OnDecision): Caller {
  assertTrusts(trustPolicy, 'lambda.amazonaws.com');
  const documents = policies.map((document) => JSON.stringify(document));
  return {
    accountId: platformAccount,
    arn,
    sessionName: functionKey,
    policies: identityPolicies(documents, (request, decision) => onDecision(functionKey, request, decision)),
  };
}

/** In the form of temporary credentials: `ASIA` and 16 characters. */
const accessKeyOf = (functionKey: string) =>
  `ASIA${createHash('sha256').update(functionKey).digest('hex').slice(0, 16).toUpperCase()}`;
