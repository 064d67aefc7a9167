/**
 * The changes of a key by time: deletion after the waiting window, expiry of imported material, and scheduled rotation.
 */
import type { Kms } from './context.ts';
import { isPrimary, primaryOf, replicasOf, sharedChanges, vaultIdOf } from './multi-region.ts';
import type { Change, KeyRotation, KmsKey } from './records.ts';
import { newKeyPair } from './signing.ts';
import { grantRecordId } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Days in milliseconds at the emulator's speed. */
export const daysMs = ({ speed }: Pick<Kms, 'speed'>, days: number): number => (days * dayMs) / speed;

/** The time of the key's next change by time; infinite if there is none. */
export const dueAt = ({ deletionAt, state, rotation, imported }: KmsKey): number =>
  Math.min(
    deletionAt ?? Infinity,
    imported?.expiresAt ?? Infinity,
    state === 'Enabled' ? (rotation.nextAt ?? Infinity) : Infinity,
  );

/**
 * Applies due changes, and returns the key, or undefined if it has been deleted. Every look-up of a key goes through
 * it. Replicas come before their primary, since the deletion of the last one starts the primary's window.
 */
export function currentKey(kms: Kms, key: KmsKey | undefined): KmsKey | undefined {
  if (!key) return undefined;
  if (!key.multiRegion) return currentSingleKey(kms, key);
  for (const replica of replicasOf(kms, key)) currentSingleKey(kms, replica);
  const primary = primaryOf(kms, key);
  if (primary) currentSingleKey(kms, primary);
  return kms.store.findKey(key.arn);
}

function currentSingleKey(kms: Kms, key: KmsKey): KmsKey | undefined {
  const now = kms.now().getTime();
  const due = dueAt(key);
  if (now < due) return key;
  if (key.imported?.expiresAt === due) return currentSingleKey(kms, expire(kms, key, due));
  if (key.deletionAt !== null) return deleteKey(kms, key, key.deletionAt);
  return isPrimary(key) ? rotateOnSchedule(kms, key, now) : key;
}

/** Adds a new current backing key. Ciphertexts of the older ones can still be decrypted. */
export function withNewMaterial(kms: Kms, key: KmsKey): KmsKey {
  const material = key.keySpec === 'SYMMETRIC_DEFAULT' ? undefined : newKeyPair();
  return { ...key, materialIds: [...key.materialIds, kms.vault.add(key.keyId, material)] };
}

/** Also updates the shared properties of related keys. */
export const replaceKey = (kms: Kms, key: KmsKey) =>
  kms.store.commit({ table: 'keys', id: key.arn, value: key }, ...sharedChanges(kms, key));

/** Adds a new backing key and records the rotation; `changes` are of the rotation's settings. */
export function rotate(
  kms: Kms,
  key: KmsKey,
  { type, ...changes }: Pick<KeyRotation, 'type'> & Partial<KmsKey['rotation']>,
): KmsKey {
  const at = kms.now().getTime();
  const renewed = withNewMaterial(kms, key);
  const rotation = { materialId: renewed.materialIds.at(-1) ?? '', at, type };
  const history = [...(key.rotation.history ?? []), rotation];
  const next = { ...renewed, rotation: { ...key.rotation, ...changes, history } };
  replaceKey(kms, next);
  kms.reportKeyEvent('KMS CMK Rotation', next, at);
  return next;
}

const rotateOnSchedule = (kms: Kms, key: KmsKey, now: number): KmsKey =>
  rotate(kms, key, { type: 'AUTOMATIC', nextAt: now + daysMs(kms, key.rotation.periodInDays) });

/** Deletes imported material. The key becomes pending import, unless it is pending deletion. */
export function deleteImport(kms: Kms, key: KmsKey): KmsKey {
  const { imported: _imported, ...rest } = key;
  const emptied: KmsKey = { ...rest, state: key.state.endsWith('Deletion') ? key.state : 'PendingImport' };
  replaceKey(kms, emptied);
  kms.vault.destroy(vaultIdOf(key));
  return emptied;
}

function expire(kms: Kms, key: KmsKey, at: number): KmsKey {
  const emptied = deleteImport(kms, key);
  kms.reportKeyEvent('KMS Imported Key Material Expiration', emptied, at);
  return emptied;
}

/** Keeps the material while a related key uses it. */
function deleteKey(kms: Kms, key: KmsKey, at: number): undefined {
  const { store, vault } = kms;
  store.commit(
    ...store.aliasesOfKey(key.arn).map((alias) => ({ table: 'aliases', id: alias.arn, value: null }) as const),
    ...store
      .grantsOfKey(key.arn)
      .map((grant) => ({ table: 'grants', id: grantRecordId(key.arn, grant.grantId), value: null }) as const),
    ...primaryWithoutReplica(kms, key, at),
    { table: 'usages', id: key.arn, value: null },
    { table: 'keys', id: key.arn, value: null },
  );
  const inUse = store.keysWithId(key.accountId, key.keyId).map(vaultIdOf);
  if (!inUse.includes(vaultIdOf(key))) vault.destroy(vaultIdOf(key));
  kms.reportKeyEvent('KMS CMK Deletion', key, at);
}

/** Starts the window of a primary that is pending deletion when its last replica is deleted. */
function primaryWithoutReplica(kms: Kms, replica: KmsKey, at: number): Change[] {
  const primary = primaryOf(kms, replica);
  if (primary?.deletionWindowDays === undefined || replicasOf(kms, replica).length > 1) return [];
  const { deletionWindowDays, ...rest } = primary;
  const deletionAt = at + daysMs(kms, deletionWindowDays);
  return [{ table: 'keys', id: primary.arn, value: { ...rest, state: 'PendingDeletion', deletionAt } }];
}
