/** Reading and setting a key's policy. A key has one, named `default`. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { bypassCondition } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { notFound } from '../errors.ts';
import { requiredText, text } from '../input.ts';
import { replaceKey } from '../lifecycle.ts';
import { permittedKey } from '../permitted-key.ts';
import type { KmsKey } from '../records.ts';
import { requireSoundPolicy } from './keys.ts';

const policyName = 'default';

function keyWithPolicy(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = permittedKey(kms, call, () => conditions);
  const name = text(call.input, 'PolicyName', { min: 1, max: 128 }) ?? policyName;
  if (name !== policyName) throw notFound('No such policy exists');
  return key;
}

export const getKeyPolicy: Operation = (kms, call) => ({
  Policy: keyWithPolicy(kms, call).policy,
  PolicyName: policyName,
});

export const listKeyPolicies: Operation = (kms, call) => {
  keyWithPolicy(kms, call);
  return { PolicyNames: [policyName], Truncated: false };
};

export const putKeyPolicy: Operation = (kms, call) => {
  const policy = requiredText(call.input, 'Policy', { min: 1, max: 131_072 });
  const key = keyWithPolicy(kms, call, bypassCondition(call));
  requireSoundPolicy(kms, call, { key, policy });
  replaceKey(kms, { ...key, policy });
  kms.record(call, key);
  return {};
};
