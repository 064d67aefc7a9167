/**
 * May this caller do this on this key? The key policy says so, or a grant does; an explicit deny in the policy beats both.
 * Does not: hold IAM policies. Where a key policy lets an account in, every principal of that account is in.
 */
import type { Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { deniedAcrossAccounts, deniedByKeyPolicy } from './errors.ts';
import { grantAllows, principalsOf } from './grants.ts';
import { actionOf } from './lookup.ts';
import type { ConditionValues } from './policy-conditions.ts';
import { type PolicyDocument, parsePolicy } from './policy-document.ts';
import { evaluatePolicy } from './policy-evaluation.ts';
import type { Grant, KmsKey, TextMap } from './records.ts';

export interface Access {
  readonly key: KmsKey;
  /** As in `kms:ReEncryptTo`; the operation's own name unless told. */
  readonly action?: string;
  /** Null (the default) for an operation that has no encryption context. */
  readonly context?: TextMap | null;
  /** Further condition keys, by their names in policies. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

/** Gives the grant that the caller's right rests on, or null when the key policy gives it. Throws `AccessDeniedException`. */
export function authorise(kms: Kms, call: Call, access: Access): Grant | null {
  const { key, action = actionOf(call), context = null } = access;
  const decision = evaluatePolicy(policyOf(key), {
    caller: call.caller,
    action,
    resource: key.arn,
    values: conditionValues(call, { ...access, context }),
  });
  if (decision === 'allowed') return null;
  const grant = decision === 'silent' ? findGrant(kms, call, { key, operation: action.slice('kms:'.length), context }) : null;
  if (grant) return grant;
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, action);
  throw deniedByKeyPolicy(call, action, { arn: key.arn, explicitly: decision === 'denied' });
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
export function couldPutPolicy(call: Call, key: KmsKey, policy: PolicyDocument): boolean {
  const request = { caller: call.caller, action: 'kms:PutKeyPolicy', resource: key.arn, values: conditionValues(call, { key }) };
  return evaluatePolicy(policy, request) === 'allowed';
}

const parsedPolicies = new WeakMap<KmsKey, PolicyDocument>();

/** Parsed once per version of the key's record. */
function policyOf(key: KmsKey): PolicyDocument {
  const policy = parsedPolicies.get(key) ?? parsePolicy(key.policy);
  parsedPolicies.set(key, policy);
  return policy;
}

function conditionValues(call: Call, { key, context, conditions = {} }: Access): ConditionValues {
  const { accountId, arn, viaService } = call.caller;
  const values: Record<string, string | readonly string[]> = {
    'kms:CallerAccount': accountId,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': arn,
    'kms:KeyOrigin': key.origin,
    'kms:KeySpec': key.keySpec,
    'kms:KeyUsage': key.keyUsage,
    ...(viaService ? { 'kms:ViaService': viaService } : {}),
    ...contextConditions(context ?? {}),
    ...conditions,
  };
  return new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value]));
}

/** An empty context is as good as none: the request then has none of these keys. */
export function contextConditions(context: TextMap): Record<string, string | readonly string[]> {
  const pairs = Object.entries(context).map(([key, value]): [string, string] => [`kms:EncryptionContext:${key}`, value]);
  return pairs.length === 0 ? {} : { ...Object.fromEntries(pairs), 'kms:EncryptionContextKeys': Object.keys(context) };
}
