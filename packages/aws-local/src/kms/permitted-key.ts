/** The key of a management call, once the caller may make the call. */
import type { NamedValues } from '../iam/request-values.ts';
import { AwsError, type Call } from '../protocol.ts';
import { authorise } from './authorisation.ts';
import type { Kms } from './context.ts';
import { requiredText } from './input.ts';
import { ownKey } from './lookup.ts';
import type { KmsKey } from './records.ts';

/** `conditionsOf` gives the operation's own condition keys. Throws `NotFoundException` and `AccessDeniedException`. */
export function permittedKey(kms: Kms, call: Call, conditionsOf: (key: KmsKey) => NamedValues = () => ({})): KmsKey {
  const key = ownKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  try {
    authorise(kms, call, { key, conditions: conditionsOf(key) });
  } catch (error) {
    if (error instanceof AwsError && !isRead(call)) kms.recordDenied(call, key, error.message);
    throw error;
  }
  return key;
}

/** EventBridge delivers no reads. */
const isRead = ({ operation }: Call): boolean => /^(Get|List|Describe)/.test(operation);
