/**
 * Decides one request by one policy. An explicit deny wins over any allow; the default is not to allow.
 */
import type { ActionRequest, PolicyDecision } from '../protocol.ts';
import { conditionHolds } from './conditions.ts';
import { globMatches } from './glob.ts';
import type { Listed, PolicyDocument, Statement } from './policy-document.ts';
import { type Identity, isExempt, isNamed } from './principals.ts';
import type { RequestValues } from './request-values.ts';
import { resolve, type Template } from './variables.ts';

export interface PolicyRequest extends ActionRequest {
  readonly caller: Identity;
}

export function evaluatePolicy(policy: PolicyDocument, request: PolicyRequest): PolicyDecision {
  const effects = policy.filter((statement) => applies(statement, request)).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'silent';
}

function applies(
  { principals, actions, resources, conditions }: Statement,
  { caller, action, resource, values }: PolicyRequest,
): boolean {
  return (
    (principals.except ? !isExempt(principals.items, caller) : isNamed(principals.items, caller)) &&
    actions.items.some((pattern) => globMatches(pattern, action.toLowerCase())) !== actions.except &&
    resourceFits(resources, resource, values) &&
    conditions.every((condition) => conditionHolds(condition, values))
  );
}

/** A variable without a value makes the statement void. */
function resourceFits({ items, except }: Listed<Template>, resource: string, values: RequestValues): boolean {
  const patterns = items.map((item) => resolve(item, values));
  if (patterns.includes(null)) return false;
  return patterns.some((pattern) => pattern !== null && globMatches(pattern, resource)) !== except;
}
