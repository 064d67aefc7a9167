/**
 * What time alone does to a key: a waiting window that has passed deletes it, a rotation that is due gives it a new
 * backing key.
 */
import type { Kms } from './context.ts';
import type { KeyRotation, KmsKey } from './records.ts';
import { newKeyPair } from './signing.ts';
import { grantRecordId } from './store.ts';

export const dayMs = 24 * 60 * 60 * 1000;

/** The key as it is now; undefined once its waiting window is over. Every way to a key leads through here. */
export function settle(kms: Kms, key: KmsKey | undefined): KmsKey | undefined {
  if (!key) return undefined;
  const now = kms.now().getTime();
  if (key.deletionAt !== null && now >= key.deletionAt) return destroy(kms, key);
  if (key.state === 'Enabled' && key.rotation.nextAt !== null && now >= key.rotation.nextAt)
    return rotateOnSchedule(kms, key, now);
  return key;
}

/** Makes a new backing key the current one; what was encrypted under the older ones stays readable. */
export function withNewMaterial(kms: Kms, key: KmsKey): KmsKey {
  const material = key.keySpec === 'SYMMETRIC_DEFAULT' ? undefined : newKeyPair();
  return { ...key, materialIds: [...key.materialIds, kms.vault.add(key.keyId, material)] };
}

export const replaceKey = (kms: Kms, key: KmsKey) => kms.store.commit({ table: 'keys', id: key.arn, value: key });

/** The key with a new backing key, and the rotation noted. */
export function rotated(kms: Kms, key: KmsKey, type: KeyRotation['type']): KmsKey {
  const renewed = withNewMaterial(kms, key);
  const rotation = { materialId: renewed.materialIds.at(-1) ?? '', at: kms.now().getTime(), type };
  return { ...renewed, rotation: { ...key.rotation, history: [...(key.rotation.history ?? []), rotation] } };
}

function rotateOnSchedule(kms: Kms, key: KmsKey, now: number): KmsKey {
  const renewed = rotated(kms, key, 'AUTOMATIC');
  const next = { ...renewed, rotation: { ...renewed.rotation, nextAt: now + key.rotation.periodInDays * dayMs } };
  replaceKey(kms, next);
  return next;
}

function destroy({ store, vault }: Kms, key: KmsKey): undefined {
  store.commit(
    ...store.aliasesOfKey(key.arn).map((alias) => ({ table: 'aliases', id: alias.arn, value: null }) as const),
    ...store
      .grantsOfKey(key.arn)
      .map((grant) => ({ table: 'grants', id: grantRecordId(key.arn, grant.grantId), value: null }) as const),
    { table: 'keys', id: key.arn, value: null },
  );
  vault.destroy(key.keyId);
}
