/** The principals of the local cloud: the accounts' administrators, EC2, and the role of each function. */
import { createHash } from 'node:crypto';
import type { CallerOf } from 'aws-local/accounts';
import { assertTrusts, identityPolicies } from 'aws-local/authorization';
import type { Credentials, LambdaFunction } from 'aws-local/lambda';
import type { ActionRequest, Caller, PolicyDecision } from 'aws-local/protocol';
import { callerOf, platformAccount } from './accounts.ts';
import type { FunctionRole } from './stack/roles.ts';

/** Receives each decision by a role's policies. */
export type OnDecision = (functionKey: string, request: ActionRequest, decision: PolicyDecision) => void;

export interface Principals {
  readonly callerOf: CallerOf;
  /** Of a function's role, as Lambda gives them to it. */
  credentialsOf(called: Pick<LambdaFunction, 'key'>): Credentials;
}

/** Throws if Lambda may not assume a role, or IAM would refuse a policy. */
export function createPrincipals(roles: readonly FunctionRole[], onDecision: OnDecision = () => undefined): Principals {
  const known = new Map(roles.map((role) => [accessKeyOf(role.functionKey), sessionOf(role, onDecision)]));
  return {
    callerOf: (accessKeyId) => known.get(accessKeyId) ?? callerOf(accessKeyId),
    credentialsOf: ({ key }) => ({ accessKeyId: accessKeyOf(key), secretAccessKey: 'local' }),
  };
}

function sessionOf({ functionKey, arn, trustPolicy, policies }: FunctionRole, onDecision: OnDecision): Caller {
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
