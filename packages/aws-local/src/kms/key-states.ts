/**
 * Key states, and the errors of operations that a state does not permit.
 * Source: KMS guide, "Key states of AWS KMS keys".
 */
import type { Kms } from './context.ts';
import { isUnavailable } from './custom-key-stores.ts';
import { disabled, invalidKeyUsage, invalidState, unsupported } from './errors.ts';
import type { KmsKey } from './records.ts';

/**
 * As `DescribeKey` shows it. A key can be enabled and disabled while its key store is disconnected.
 */
export function visibleState(kms: Kms, key: KmsKey): KmsKey['state'] | 'Unavailable' {
  return isUnavailable(kms, key) && !key.state.endsWith('Deletion') ? 'Unavailable' : key.state;
}

/** For cryptographic operations. */
export function assertEnabled(kms: Kms, key: KmsKey): void {
  if (visibleState(kms, key) === 'Unavailable') throw invalidState(key.arn, 'unavailable');
  assertEnabledOrUnavailable(kms, key);
}

/** For `CreateGrant`, which a disconnected key store does not prevent. */
export function assertEnabledOrUnavailable(kms: Kms, key: KmsKey): void {
  assertNotPendingDeletion(key);
  const state = visibleState(kms, key);
  if (state === 'Disabled') throw disabled(key.arn);
  if (state === 'PendingImport') throw invalidState(key.arn, 'pending import');
}

/** Checked before the kind of the key. */
export function assertNotDisabled(key: KmsKey): void {
  assertNotPendingDeletion(key);
  if (key.state === 'Disabled') throw disabled(key.arn);
}

export function assertNotPendingDeletion(key: KmsKey): void {
  if (key.state === 'PendingDeletion') throw invalidState(key.arn, 'pending deletion');
  if (key.state === 'PendingReplicaDeletion') throw invalidState(key.arn, 'pending replica deletion');
}

/** For operations under a symmetric key; `operation` is the API's name. */
export function assertSymmetric(key: KmsKey, { operation, algorithm }: { operation: string; algorithm: string }): void {
  if (key.keyUsage !== 'ENCRYPT_DECRYPT') {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.keyUsage} which is not valid for ${operation}.`);
  }
  if (key.keySpec === 'SYMMETRIC_DEFAULT' && algorithm === 'SYMMETRIC_DEFAULT') return;
  if (key.keySpec !== 'SYMMETRIC_DEFAULT' && algorithm !== 'SYMMETRIC_DEFAULT') {
    throw unsupported(`${operation} with ${algorithm} is not supported by this emulator.`);
  }
  throw invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
}

/** Automatic rotation needs `AWS_KMS`, an import `EXTERNAL`. */
export function assertOrigin(key: KmsKey, origin: 'AWS_KMS' | 'EXTERNAL'): void {
  if (key.origin !== origin)
    throw unsupported(`${key.arn} origin is ${key.origin} which is not valid for this operation.`);
}

export function assertSymmetricSpec(key: KmsKey): void {
  if (key.keySpec !== 'SYMMETRIC_DEFAULT') {
    throw unsupported(`${key.arn} key spec is ${key.keySpec} which is not valid for this operation.`);
  }
}
