/** The `KeyMetadata` of a key. */
import type { Kms } from './context.ts';
import { storeMetadata } from './custom-key-stores.ts';
import { algorithmsOf } from './key-specs.ts';
import { visibleState } from './key-states.ts';
import { multiRegionConfiguration } from './multi-region.ts';
import type { KmsKey } from './records.ts';

/** Dates on the wire are in seconds since the epoch. */
export const seconds = (ms: number) => ms / 1000;

export function keyMetadata(kms: Kms, key: KmsKey) {
  const state = visibleState(kms, key);
  const materialId = key.keySpec === 'SYMMETRIC_DEFAULT' ? key.materialIds.at(-1) : undefined;
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: seconds(key.createdAt),
    Enabled: state === 'Enabled',
    Description: key.description,
    KeyUsage: key.keyUsage,
    KeyState: state,
    ...(key.deletionAt === null ? {} : { DeletionDate: seconds(key.deletionAt) }),
    ...(key.deletionWindowDays === undefined ? {} : { PendingDeletionWindowInDays: key.deletionWindowDays }),
    Origin: key.origin,
    ...storeMetadata(kms, key),
    ...expirationOf(key),
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    ...algorithmsOf(key.keySpec, key.keyUsage),
    MultiRegion: key.multiRegion,
    ...multiRegionConfiguration(kms, key),
    ...(materialId && state !== 'PendingImport' ? { CurrentKeyMaterialId: materialId } : {}),
  };
}

/** `ValidTo` is the time of the actual expiry, which depends on the speed. */
export function expirationOf({ imported }: KmsKey) {
  if (!imported) return {};
  if (imported.expiresAt === null) return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: seconds(imported.expiresAt) };
}
