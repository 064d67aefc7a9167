/** Automatic and on-demand rotation. Only the status may be read from another account. */
import type { NamedValues } from '../../iam/request-values.ts';
import { AwsError, type Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { choice, integer, requiredText } from '../input.ts';
import { expirationOf, seconds } from '../key-metadata.ts';
import { requireEnabled, requireKmsOrigin, requireNotDisabled, requireSymmetricSpec } from '../key-states.ts';
import { daysMs, replaceKey, rotate } from '../lifecycle.ts';
import { sharedKey } from '../lookup.ts';
import { requirePrimary } from '../multi-region.ts';
import { pageOf } from '../paging.ts';
import { permittedKey } from '../permitted-key.ts';
import type { KmsKey } from '../records.ts';

/** Source: quotas of the KMS guide. */
const maxOnDemandRotations = 25;

function rotatableKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = permittedKey(kms, call, () => conditions);
  requireNotDisabled(key);
  requireSymmetricSpec(key);
  requireKmsOrigin(key);
  requirePrimary(key);
  requireEnabled(kms, key);
  return key;
}

/** A repeated call with another period changes the period; the next rotation is then a whole period away. */
export const enableKeyRotation: Operation = (kms, call) => {
  const wanted = integer(call.input, 'RotationPeriodInDays', { min: 90, max: 2560 });
  const key = rotatableKey(kms, call, { 'kms:RotationPeriodInDays': String(wanted ?? 365) });
  const periodInDays = wanted ?? (key.rotation.enabled ? key.rotation.periodInDays : 365);
  const unchanged = key.rotation.enabled && periodInDays === key.rotation.periodInDays;
  const nextAt = unchanged ? key.rotation.nextAt : kms.now().getTime() + daysMs(kms, periodInDays);
  replaceKey(kms, { ...key, rotation: { ...key.rotation, enabled: true, periodInDays, nextAt } });
  kms.record(call, key);
  return {};
};

export const disableKeyRotation: Operation = (kms, call) => {
  const key = rotatableKey(kms, call);
  replaceKey(kms, { ...key, rotation: { ...key.rotation, enabled: false, nextAt: null } });
  kms.record(call, key);
  return {};
};

/**
 * The status is always false for a key that does not support automatic rotation. A key that is pending deletion does
 * not rotate either, and its setting is restored when the deletion is cancelled.
 */
export const getKeyRotationStatus: Operation = (kms, call) => {
  const key = sharedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key });
  kms.record(call, key, { readOnly: true });
  const { enabled, periodInDays, nextAt } = key.rotation;
  if (!enabled || nextAt === null || key.state.endsWith('Deletion'))
    return { KeyId: key.arn, KeyRotationEnabled: false };
  return {
    KeyId: key.arn,
    KeyRotationEnabled: true,
    RotationPeriodInDays: periodInDays,
    NextRotationDate: seconds(nextAt),
  };
};

/**
 * AWS also rotates imported material on demand, after further material was imported; the emulator imports no further
 * material.
 */
export const rotateKeyOnDemand: Operation = (kms, call) => {
  const key = permittedKey(kms, call);
  requireNotDisabled(key);
  requireSymmetricSpec(key);
  requirePrimary(key);
  requireEnabled(kms, key);
  if (key.origin === 'EXTERNAL') throw nothingToRotateTo(key);
  requireKmsOrigin(key);
  if (key.rotation.onDemandCount >= maxOnDemandRotations) {
    throw new AwsError(
      'LimitExceededException',
      `${key.arn} has reached its limit of ${maxOnDemandRotations} on-demand rotations.`,
    );
  }
  rotate(kms, key, { type: 'ON_DEMAND', onDemandCount: key.rotation.onDemandCount + 1 });
  const answer = { KeyId: key.arn };
  kms.record(call, key, { answer });
  return answer;
};

const nothingToRotateTo = ({ arn }: KmsKey) =>
  new AwsError('KMSInvalidStateException', `No available key material pending rotation for the key: ${arn}.`);

/** Oldest first. The first material has no rotation, so it is listed only with `ALL_KEY_MATERIAL`. */
export const listKeyRotations: Operation = (kms, call) => {
  const which = choice(call.input, 'IncludeKeyMaterial', ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY']) ?? 'ROTATIONS_ONLY';
  const key = permittedKey(kms, call);
  requireSymmetricSpec(key);
  const { items, more } = pageOf(call.input, materialsOf(key, which), { limit: 100 });
  return { Rotations: items.map(({ entry }) => entry), ...more };
};

function materialsOf(key: KmsKey, which: 'ALL_KEY_MATERIAL' | 'ROTATIONS_ONLY') {
  const rotations = new Map((key.rotation.history ?? []).map((rotation) => [rotation.materialId, rotation]));
  const entries = key.materialIds.map((KeyMaterialId, index) => {
    const rotation = rotations.get(KeyMaterialId);
    const KeyMaterialState = index === key.materialIds.length - 1 ? 'CURRENT' : 'NON_CURRENT';
    const dated = rotation && { RotationDate: seconds(rotation.at), RotationType: rotation.type };
    return {
      seq: index + 1,
      isRotation: dated !== undefined,
      entry: { KeyId: key.arn, KeyMaterialId, KeyMaterialState, ...dated, ...importOf(key) },
    };
  });
  return which === 'ALL_KEY_MATERIAL' ? entries : entries.filter(({ isRotation }) => isRotation);
}

function importOf(key: KmsKey) {
  if (key.origin !== 'EXTERNAL') return {};
  const description = key.imported?.description ?? null;
  return {
    ImportState: key.imported ? 'IMPORTED' : 'PENDING_IMPORT',
    ...expirationOf(key),
    ...(description === null ? {} : { KeyMaterialDescription: description }),
  };
}
