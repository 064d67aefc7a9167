/** Reads and sets a key's policy, which is named `default`. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { bypassCondition } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { notFound } from '../errors.ts';
import { requiredText, text } from '../input.ts';
import { replaceKey } from '../lifecycle.ts';
import type { KmsKey } from '../records.ts';
import { requireKey } from '../require-key.ts';
import { assertNoLockout } from './keys.ts';

const policyName = 'default';

function requireKeyWithPolicy(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = requireKey(kms, call, () => conditions);
  const name = text(call.input, 'PolicyName', { min: 1, max: 128 }) ?? policyName;
  if (name !== policyName) throw notFound('No such policy exists');
  return key;
}

export const getKeyPolicy: Operation = (kms, call) => ({
  Policy: requireKeyWithPolicy(kms, call).policy,
  PolicyName: policyName,
});

export const listKeyPolicies: Operation = (kms, call) => {
  requireKeyWithPolicy(kms, call);
  return { PolicyNames: [policyName], Truncated: false };
};

export const putKeyPolicy: Operation = (kms, call) => {
  const policy = requiredText(call.input, 'Policy', { min: 1, max: 131_072 });
  const key = requireKeyWithPolicy(kms, call, bypassCondition(call));
  assertNoLockout(kms, call, { key, policy });
  replaceKey(kms, { ...key, policy });
  kms.reportCall(call, key);
  return {};
};
