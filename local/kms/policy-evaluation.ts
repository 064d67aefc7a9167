/** Decides one request by one key policy: an explicit deny wins over any allow, and what no statement allows is not allowed. */
import type { Caller } from '../protocol.ts';
import { globMatches } from '../iam/glob.ts';
import { type ConditionValues, conditionHolds } from './policy-conditions.ts';
import type { PolicyDocument, Principal, Statement } from './policy-document.ts';

export interface PolicyRequest {
  readonly caller: Caller;
  /** As in `kms:Decrypt`. */
  readonly action: string;
  /** The key's ARN. */
  readonly resource: string;
  readonly values: ConditionValues;
}

export type PolicyDecision = 'allowed' | 'denied' | 'silent';

export function evaluatePolicy(policy: PolicyDocument, request: PolicyRequest): PolicyDecision {
  const effects = policy.filter((statement) => applies(statement, request)).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'silent';
}

function applies(statement: Statement, { caller, action, resource, values }: PolicyRequest): boolean {
  return (
    statement.principals.some((principal) => principalMatches(principal, caller)) &&
    statement.actions.some((pattern) => globMatches(pattern, action.toLowerCase())) &&
    statement.resources.some((pattern) => globMatches(pattern, resource)) &&
    statement.conditions.every((condition) => conditionHolds(condition, values))
  );
}

function principalMatches(principal: Principal, caller: Caller): boolean {
  switch (principal.kind) {
    case 'anyone':
      return true;
    case 'account':
      return principal.accountId === caller.accountId;
    case 'arn':
      return principal.arn === caller.arn;
    case 'service':
      return false;
  }
}
