/**
 * Authorizes actions on a key: by the key policy together with the caller's own policies, or by a grant. An explicit
 * deny in either policy wins.
 * Source: KMS developer guide, "Troubleshooting key access".
 */
import type { PolicyDocument } from '../iam/policy-document.ts';
import { evaluatePolicy } from '../iam/policy-evaluation.ts';
import type { NamedValues } from '../iam/request-values.ts';
import type { Call, PolicyDecision } from '../protocol.ts';
import { conditionValues } from './condition-values.ts';
import type { Kms } from './context.ts';
import { deniedAcrossAccounts, deniedByIdentity, deniedByKeyPolicy } from './errors.ts';
import { grantAllows, principalsOf } from './grants.ts';
import { flag } from './input.ts';
import { parseKeyPolicy } from './key-policy.ts';
import { actionOf } from './lookup.ts';
import type { Grant, KmsKey, TextMap } from './records.ts';

export interface Access {
  readonly key: KmsKey;
  /** As in `kms:ReEncryptTo`; by default, the operation's name. */
  readonly action?: string;
  /** Null, the default, for an operation without an encryption context. */
  readonly context?: TextMap | null;
  /** Further condition keys, by their names in policies. */
  readonly conditions?: NamedValues;
}

/**
 * Returns the grant that permits the call, or null if the policies permit it. Throws `AccessDeniedException`.
 */
export function authorize(kms: Kms, call: Call, access: Access): Grant | null {
  const { key, action = actionOf(call), context = null } = access;
  const { decision, by } = decide(kms, call, access);
  if (decision === 'allowed') return null;
  const grant =
    decision === 'silent' ? findGrant(kms, call, { key, operation: action.slice('kms:'.length), context }) : null;
  if (grant) return grant;
  const refusal = { arn: key.arn, explicitly: decision === 'denied' };
  if (by === 'identity') throw deniedByIdentity(call, action, refusal);
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, action);
  throw deniedByKeyPolicy(call, action, refusal);
}

/** By policies alone, without grants. */
export const decideByPolicy = (kms: Kms, call: Call, access: Access): PolicyDecision =>
  decide(kms, call, access).decision;

interface Decision {
  readonly decision: PolicyDecision;
  /** The policy that decided. */
  readonly by: 'key' | 'identity';
}

/**
 * A key policy that names the caller suffices within the key's account. If it names the account, or for a caller of
 * another account, the caller's own policies must allow the action too.
 */
function decide(kms: Kms, call: Call, access: Access): Decision {
  const { key, action = actionOf(call), context = null, conditions = {} } = access;
  const { caller } = call;
  const values = conditionValues(kms, call, { key, context, conditions });
  const request = { caller, action, resource: key.arn, values };
  const byKey = evaluatePolicy(policyOf(key), request);
  if (!caller.policies) return { decision: byKey, by: 'key' };
  const byIdentity = caller.policies.decide(request);
  if (byIdentity === 'denied') return { decision: 'denied', by: 'identity' };
  if (byKey !== 'allowed' || byIdentity === 'allowed') return { decision: byKey, by: 'key' };
  const withoutAccount = { ...request, caller: { ...caller, accountId: '' } };
  const isNamed = key.accountId === caller.accountId && evaluatePolicy(policyOf(key), withoutAccount) === 'allowed';
  return isNamed ? { decision: 'allowed', by: 'key' } : { decision: 'silent', by: 'identity' };
}

interface GrantQuery {
  readonly key: KmsKey;
  readonly operation: string;
  readonly context: TextMap | null;
}

function findGrant({ store }: Kms, { caller }: Call, { key, operation, context }: GrantQuery): Grant | null {
  for (const principal of principalsOf(caller)) {
    for (const grant of store.grantsTo(key.arn, principal)) if (grantAllows(grant, operation, context)) return grant;
  }
  return null;
}

/** Whether the policy would allow the caller to change it. */
export function couldPutPolicy(
  kms: Kms,
  call: Call,
  { key, policy }: { key: KmsKey; policy: PolicyDocument },
): boolean {
  const values = conditionValues(kms, call, { key, context: null, conditions: bypassCondition(call) });
  const request = { caller: call.caller, action: 'kms:PutKeyPolicy', resource: key.arn, values };
  return evaluatePolicy(policy, request) === 'allowed';
}

/** The condition key of operations that set a key policy. */
export const bypassCondition = ({ input }: Call): NamedValues => ({
  'kms:BypassPolicyLockoutSafetyCheck': String(flag(input, 'BypassPolicyLockoutSafetyCheck')),
});

const parsedPolicies = new WeakMap<KmsKey, PolicyDocument>();

/** Parsed once per version of the key's record. */
function policyOf(key: KmsKey): PolicyDocument {
  const policy = parsedPolicies.get(key) ?? parseKeyPolicy(key.policy);
  parsedPolicies.set(key, policy);
  return policy;
}
