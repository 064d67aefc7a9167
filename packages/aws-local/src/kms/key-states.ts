/**
 * Which state a key is in, and what that forbids.
 * Source: "Key states of AWS KMS keys" in the KMS guide, with the errors it lists.
 */
import type { Kms } from './context.ts';
import { isUnavailable } from './custom-key-stores.ts';
import { disabled, invalidKeyUsage, invalidState, unsupported } from './errors.ts';
import type { KmsKey } from './records.ts';

/**
 * As `DescribeKey` shows it. A key can be enabled and disabled while its key store is disconnected, and shows it then.
 */
export function visibleState(kms: Kms, key: KmsKey): KmsKey['state'] | 'Unavailable' {
  return isUnavailable(kms, key) && !key.state.endsWith('Deletion') ? 'Unavailable' : key.state;
}

/** For cryptographic operations. */
export function requireEnabled(kms: Kms, key: KmsKey): void {
  if (visibleState(kms, key) === 'Unavailable') throw invalidState(key.arn, 'unavailable');
  requireEnabledOrUnavailable(kms, key);
}

/** For `CreateGrant`, which a disconnected key store does not stop. */
export function requireEnabledOrUnavailable(kms: Kms, key: KmsKey): void {
  requireNotPendingDeletion(key);
  const state = visibleState(kms, key);
  if (state === 'Disabled') throw disabled(key.arn);
  if (state === 'PendingImport') throw invalidState(key.arn, 'pending import');
}

/** Checked before the kind of the key. */
export function requireNotDisabled(key: KmsKey): void {
  requireNotPendingDeletion(key);
  if (key.state === 'Disabled') throw disabled(key.arn);
}

export function requireNotPendingDeletion(key: KmsKey): void {
  if (key.state === 'PendingDeletion') throw invalidState(key.arn, 'pending deletion');
  if (key.state === 'PendingReplicaDeletion') throw invalidState(key.arn, 'pending replica deletion');
}

/** For operations under a symmetric key; `operation` is the API's name. */
export function requireSymmetric(
  key: KmsKey,
  { operation, algorithm }: { operation: string; algorithm: string },
): void {
  if (key.keyUsage !== 'ENCRYPT_DECRYPT') {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.keyUsage} which is not valid for ${operation}.`);
  }
  if (key.keySpec === 'SYMMETRIC_DEFAULT' && algorithm === 'SYMMETRIC_DEFAULT') return;
  if (key.keySpec !== 'SYMMETRIC_DEFAULT' && algorithm !== 'SYMMETRIC_DEFAULT') {
    throw unsupported(`${operation} with ${algorithm} is not supported by this emulator.`);
  }
  throw invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
}

/** Automatic rotation is for symmetric keys whose material KMS made. */
export function requireKmsOrigin(key: KmsKey): void {
  if (key.origin !== 'AWS_KMS')
    throw unsupported(`${key.arn} origin is ${key.origin} which is not valid for this operation.`);
}

/** For imports. */
export function requireExternalOrigin(key: KmsKey): void {
  if (key.origin !== 'EXTERNAL')
    throw unsupported(`${key.arn} origin is ${key.origin} which is not valid for this operation.`);
}

export function requireSymmetricSpec(key: KmsKey): void {
  if (key.keySpec !== 'SYMMETRIC_DEFAULT') {
    throw unsupported(`${key.arn} key spec is ${key.keySpec} which is not valid for this operation.`);
  }
}
