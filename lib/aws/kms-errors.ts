/** Translates KMS's errors: the key is unusable and why, or its state is unknown. */
import type { ActionState, Cause, Denial } from '#lib/model/key.ts';

/**
 * The meaning of a failed KMS call. KMS itself reports `denied` and the causes; `unknown` says that it reported
 * neither.
 */
export type KmsFailure =
  | { readonly kind: 'denied' | 'not_found' }
  | { readonly kind: 'unusable'; readonly cause: Cause }
  | { readonly kind: 'unknown'; readonly cause: Cause };

/** Causes and error names: AWS KMS API reference, "Errors"; states: "Key states of AWS KMS keys". */
export function kmsFailure(error: unknown): KmsFailure {
  const { name, message } = error instanceof Error ? error : { name: 'Unknown', message: String(error) };
  switch (name) {
    case 'AccessDeniedException':
      return isOwnRefusal(message) ? { kind: 'unknown', cause: 'platform_permission_missing' } : { kind: 'denied' };
    case 'NotFoundException':
    case 'InvalidArnException':
      return { kind: 'not_found' };
    case 'DisabledException':
      return {
        kind: 'unusable',
        cause: /pending (replica )?deletion/.test(message) ? 'deletion_scheduled' : 'key_disabled',
      };
    case 'KMSInvalidStateException':
      return invalidState(message);
    case 'CustomKeyStoreInvalidStateException':
    case 'CloudHsmClusterNotActiveException':
    case 'XksKeyNotFoundException':
    case 'XksProxyUriUnreachableException':
      return { kind: 'unknown', cause: 'key_store_unavailable' };
    default:
      return { kind: 'unknown', cause: 'kms_unreachable' };
  }
}

/**
 * Whether a policy of the platform's own account or organization refused the request, and not the customer's. KMS names
 * one kind of policy; where the customer's key policy is the only reason, it names resource-based policies. A resource
 * control policy is the key owner's. Source: IAM guide, "Troubleshoot access denied error messages".
 */
const isOwnRefusal = (message: string): boolean =>
  /(because no|explicit deny in an?) (identity-based|service control|session|VPC endpoint) policy\b/.test(message) ||
  /(because no|explicit deny in an?) permissions boundary\b/.test(message);

function invalidState(message: string): KmsFailure {
  if (/pending (replica )?deletion/.test(message)) return { kind: 'unusable', cause: 'deletion_scheduled' };
  if (message.includes('pending import')) return { kind: 'unusable', cause: 'material_expired' };
  return { kind: 'unknown', cause: 'key_store_unavailable' };
}

export const actionState = (failure: KmsFailure): ActionState => (failure.kind === 'denied' ? 'denied' : 'unknown');

/**
 * Why a call was denied, by the end of KMS's message. To another account, KMS names both possible reasons.
 * Source: IAM guide, "Troubleshoot access denied error messages".
 */
export function denialOf(error: unknown): Denial {
  const message = error instanceof Error ? error.message : '';
  if (/with an explicit deny/.test(message)) return 'explicit';
  if (/explicitly denies/.test(message)) return 'unsaid';
  return /because no [\w-]+ (policy|policies) allows?/.test(message) ? 'implicit' : 'unexplained';
}
