/** The key of an authorized management call. */
import type { NamedValues } from '../iam/request-values.ts';
import { AwsError, type Call } from '../protocol.ts';
import { authorize } from './authorization.ts';
import type { Kms } from './context.ts';
import { requiredText } from './input.ts';
import { requireOwnKey } from './lookup.ts';
import type { KmsKey } from './records.ts';

/**
 * `conditionsOf` returns the operation's own condition keys. Throws `NotFoundException` and `AccessDeniedException`.
 */
export function requireKey(kms: Kms, call: Call, conditionsOf: (key: KmsKey) => NamedValues = () => ({})): KmsKey {
  const key = requireOwnKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  try {
    authorize(kms, call, { key, conditions: conditionsOf(key) });
  } catch (error) {
    if (error instanceof AwsError && !isRead(call)) kms.reportDenied(call, key, error.message);
    throw error;
  }
  return key;
}

/** EventBridge does not deliver read-only calls. */
const isRead = ({ operation }: Call): boolean => /^(Get|List|Describe)/.test(operation);
