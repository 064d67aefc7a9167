/**
 * May this caller do this on this key? The key policy says so, or a grant does; an explicit deny in the policy beats
 * both.
 * Does not: hold IAM policies. Where a key policy lets an account in, every principal of that account is in.
 */
import type { PolicyDocument } from '../iam/policy-document.ts';
import { evaluatePolicy, type PolicyDecision } from '../iam/policy-evaluation.ts';
import type { NamedValues } from '../iam/request-values.ts';
import type { Call } from '../protocol.ts';
import { conditionValues } from './condition-values.ts';
import type { Kms } from './context.ts';
import { deniedAcrossAccounts, deniedByKeyPolicy } from './errors.ts';
import { grantAllows, principalsOf } from './grants.ts';
import { flag } from './input.ts';
import { parseKeyPolicy } from './key-policy.ts';
import { actionOf } from './lookup.ts';
import type { Grant, KmsKey, TextMap } from './records.ts';

export interface Access {
  readonly key: KmsKey;
  /** As in `kms:ReEncryptTo`; the operation's own name unless told. */
  readonly action?: string;
  /** Null (the default) for an operation that has no encryption context. */
  readonly context?: TextMap | null;
  /** Further condition keys, by their names in policies. */
  readonly conditions?: NamedValues;
}

/**
 * Gives the grant that the caller's right rests on, or null when the key policy gives it. Throws
 * `AccessDeniedException`.
 */
export function authorise(kms: Kms, call: Call, access: Access): Grant | null {
  const { key, action = actionOf(call), context = null } = access;
  const decision = decideByPolicy(kms, call, access);
  if (decision === 'allowed') return null;
  const grant =
    decision === 'silent' ? findGrant(kms, call, { key, operation: action.slice('kms:'.length), context }) : null;
  if (grant) return grant;
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, action);
  throw deniedByKeyPolicy(call, action, { arn: key.arn, explicitly: decision === 'denied' });
}

/** By the key policy alone. */
export function decideByPolicy(
  kms: Kms,
  call: Call,
  { key, action = actionOf(call), context = null, conditions = {} }: Access,
): PolicyDecision {
  const values = conditionValues(kms, call, { key, context, conditions });
  return evaluatePolicy(policyOf(key), { caller: call.caller, action, resource: key.arn, values });
}

interface Wanted {
  readonly key: KmsKey;
  readonly operation: string;
  readonly context: TextMap | null;
}

function findGrant({ store }: Kms, { caller }: Call, { key, operation, context }: Wanted): Grant | null {
  for (const principal of principalsOf(caller)) {
    for (const grant of store.grantsTo(key.arn, principal)) if (grantAllows(grant, operation, context)) return grant;
  }
  return null;
}

/** Whether the caller could still set the key's policy if it were this one. */
export function couldPutPolicy(
  kms: Kms,
  call: Call,
  { key, policy }: { key: KmsKey; policy: PolicyDocument },
): boolean {
  const values = conditionValues(kms, call, { key, context: null, conditions: bypassCondition(call) });
  const request = { caller: call.caller, action: 'kms:PutKeyPolicy', resource: key.arn, values };
  return evaluatePolicy(policy, request) === 'allowed';
}

/** Of the operations that set a key policy. */
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
