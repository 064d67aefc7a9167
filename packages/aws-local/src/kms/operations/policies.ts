/** Reading and setting a key's policy. A key has one, named `default`. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { authorise, bypassCondition } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { notFound } from '../errors.ts';
import { requiredText, text } from '../input.ts';
import { replaceKey } from '../lifecycle.ts';
import { ownKey } from '../lookup.ts';
import type { KmsKey } from '../records.ts';
import { requireSoundPolicy } from './keys.ts';

const policyName = 'default';

function permittedKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = ownKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key, conditions });
  const name = text(call.input, 'PolicyName', { min: 1, max: 128 }) ?? policyName;
  if (name !== policyName) throw notFound('No such policy exists');
  return key;
}

export const getKeyPolicy: Operation = (kms, call) => ({
  Policy: permittedKey(kms, call).policy,
  PolicyName: policyName,
});

export const listKeyPolicies: Operation = (kms, call) => {
  permittedKey(kms, call);
  return { PolicyNames: [policyName], Truncated: false };
};

export const putKeyPolicy: Operation = (kms, call) => {
  const policy = requiredText(call.input, 'Policy', { min: 1, max: 131_072 });
  const key = permittedKey(kms, call, bypassCondition(call));
  requireSoundPolicy(kms, call, { key, policy });
  replaceKey(kms, { ...key, policy });
  kms.record(call, key);
  return {};
};
