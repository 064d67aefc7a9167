/**
 * What time alone does to a key: a waiting window that has passed deletes it, imported material that has expired is
 * deleted, a rotation that is due gives the key a new backing key.
 */
import type { Kms } from './context.ts';
import { isPrimary, primaryOf, replicasOf, sharedChanges, vaultIdOf } from './multi-region.ts';
import type { Change, KeyRotation, KmsKey } from './records.ts';
import { newKeyPair } from './signing.ts';
import { grantRecordId } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The length of so many days, at the emulator's speed. */
export const daysMs = ({ speed }: Pick<Kms, 'speed'>, days: number): number => (days * dayMs) / speed;

/** When time will change the key next; infinite for never. */
export const dueAt = ({ deletionAt, state, rotation, imported }: KmsKey): number =>
  Math.min(
    deletionAt ?? Infinity,
    imported?.expiresAt ?? Infinity,
    state === 'Enabled' ? (rotation.nextAt ?? Infinity) : Infinity,
  );

/**
 * The key as it is now; undefined once its waiting window is over. Every way to a key leads through here. Replicas come
 * before their primary, since the deletion of the last one starts the primary's window.
 */
export function settle(kms: Kms, key: KmsKey | undefined): KmsKey | undefined {
  if (!key) return undefined;
  if (!key.multiRegion) return settleAlone(kms, key);
  for (const replica of replicasOf(kms, key)) settleAlone(kms, replica);
  const primary = primaryOf(kms, key);
  if (primary) settleAlone(kms, primary);
  return kms.store.findKey(key.arn);
}

function settleAlone(kms: Kms, key: KmsKey): KmsKey | undefined {
  const now = kms.now().getTime();
  const due = dueAt(key);
  if (now < due) return key;
  if (key.imported?.expiresAt === due) return settleAlone(kms, expire(kms, key, due));
  if (key.deletionAt !== null) return destroy(kms, key, key.deletionAt);
  return isPrimary(key) ? rotateOnSchedule(kms, key, now) : key;
}

/** Makes a new backing key the current one; what was encrypted under the older ones stays readable. */
export function withNewMaterial(kms: Kms, key: KmsKey): KmsKey {
  const material = key.keySpec === 'SYMMETRIC_DEFAULT' ? undefined : newKeyPair();
  return { ...key, materialIds: [...key.materialIds, kms.vault.add(key.keyId, material)] };
}

/** Related keys get what they share with this one. */
export const replaceKey = (kms: Kms, key: KmsKey) =>
  kms.store.commit({ table: 'keys', id: key.arn, value: key }, ...sharedChanges(kms, key));

/** Gives the key a new backing key and notes the rotation, with changes of its rotation besides. */
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
  kms.notice('KMS CMK Rotation', next, at);
  return next;
}

const rotateOnSchedule = (kms: Kms, key: KmsKey, now: number): KmsKey =>
  rotate(kms, key, { type: 'AUTOMATIC', nextAt: now + daysMs(kms, key.rotation.periodInDays) });

/** Deletes imported material. A key that is pending deletion stays so; any other waits for another import. */
export function withoutImport(kms: Kms, key: KmsKey): KmsKey {
  const { imported: _imported, ...rest } = key;
  const emptied: KmsKey = { ...rest, state: key.state.endsWith('Deletion') ? key.state : 'PendingImport' };
  replaceKey(kms, emptied);
  kms.vault.destroy(vaultIdOf(key));
  return emptied;
}

function expire(kms: Kms, key: KmsKey, at: number): KmsKey {
  const emptied = withoutImport(kms, key);
  kms.notice('KMS Imported Key Material Expiration', emptied, at);
  return emptied;
}

/** The material stays as long as another Region has the key. */
function destroy(kms: Kms, key: KmsKey, at: number): undefined {
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
  const sharers = store.keysWithId(key.accountId, key.keyId).map(vaultIdOf);
  if (!sharers.includes(vaultIdOf(key))) vault.destroy(vaultIdOf(key));
  kms.notice('KMS CMK Deletion', key, at);
}

/** The window of a primary that waits for its replicas starts when the last of them is deleted. */
function primaryWithoutReplica(kms: Kms, replica: KmsKey, at: number): Change[] {
  const primary = primaryOf(kms, replica);
  if (primary?.deletionWindowDays === undefined || replicasOf(kms, replica).length > 1) return [];
  const { deletionWindowDays, ...rest } = primary;
  const deletionAt = at + daysMs(kms, deletionWindowDays);
  return [{ table: 'keys', id: primary.arn, value: { ...rest, state: 'PendingDeletion', deletionAt } }];
}
