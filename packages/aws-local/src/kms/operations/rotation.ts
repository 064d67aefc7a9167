/** Automatic and on-demand rotation. Other accounts can read the status only. */
import type { NamedValues } from '../../iam/request-values.ts';
import { AwsError, type Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { choice, integer, requiredText } from '../input.ts';
import { expirationOf, seconds } from '../key-metadata.ts';
import { assertEnabled, assertNotDisabled, assertOrigin, assertSymmetricSpec } from '../key-states.ts';
import { daysMs, replaceKey, rotate } from '../lifecycle.ts';
import { requireSharedKey } from '../lookup.ts';
import { assertPrimary } from '../multi-region.ts';
import { pageOf } from '../paging.ts';
import type { KmsKey } from '../records.ts';
import { requireKey } from '../require-key.ts';

/** Source: quotas of the KMS guide. */
const maxOnDemandRotations = 25;

function requireRotatableKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = requireKey(kms, call, () => conditions);
  assertNotDisabled(key);
  assertSymmetricSpec(key);
  assertOrigin(key, 'AWS_KMS');
  assertPrimary(key);
  assertEnabled(kms, key);
  return key;
}

/** Another period restarts the time to the next rotation. */
export const enableKeyRotation: Operation = (kms, call) => {
  const wanted = integer(call.input, 'RotationPeriodInDays', { min: 90, max: 2560 });
  const key = requireRotatableKey(kms, call, { 'kms:RotationPeriodInDays': String(wanted ?? 365) });
  const periodInDays = wanted ?? (key.rotation.enabled ? key.rotation.periodInDays : 365);
  const unchanged = key.rotation.enabled && periodInDays === key.rotation.periodInDays;
  const nextAt = unchanged ? key.rotation.nextAt : kms.now().getTime() + daysMs(kms, periodInDays);
  replaceKey(kms, { ...key, rotation: { ...key.rotation, enabled: true, periodInDays, nextAt } });
  kms.reportCall(call, key);
  return {};
};

export const disableKeyRotation: Operation = (kms, call) => {
  const key = requireRotatableKey(kms, call);
  replaceKey(kms, { ...key, rotation: { ...key.rotation, enabled: false, nextAt: null } });
  kms.reportCall(call, key);
  return {};
};

/**
 * The status is always false for a key that does not support automatic rotation. A key that is pending deletion does
 * not rotate either, and its setting is restored when the deletion is cancelled.
 */
export const getKeyRotationStatus: Operation = (kms, call) => {
  const key = requireSharedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key });
  kms.reportCall(call, key, { readOnly: true });
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
 * Unlike AWS, the emulator does not rotate imported material, since a key cannot have further imported material.
 */
export const rotateKeyOnDemand: Operation = (kms, call) => {
  const key = requireKey(kms, call);
  assertNotDisabled(key);
  assertSymmetricSpec(key);
  assertPrimary(key);
  assertEnabled(kms, key);
  if (key.origin === 'EXTERNAL') throw nothingToRotateTo(key);
  assertOrigin(key, 'AWS_KMS');
  if (key.rotation.onDemandCount >= maxOnDemandRotations) {
    throw new AwsError(
      'LimitExceededException',
      `${key.arn} has reached its limit of ${maxOnDemandRotations} on-demand rotations.`,
    );
  }
  rotate(kms, key, { type: 'ON_DEMAND', onDemandCount: key.rotation.onDemandCount + 1 });
  const response = { KeyId: key.arn };
  kms.reportCall(call, key, { response });
  return response;
};

const nothingToRotateTo = ({ arn }: KmsKey) =>
  new AwsError('KMSInvalidStateException', `No available key material pending rotation for the key: ${arn}.`);

/** Oldest first. The first material has no rotation, so it is listed only with `ALL_KEY_MATERIAL`. */
export const listKeyRotations: Operation = (kms, call) => {
  const which = choice(call.input, 'IncludeKeyMaterial', ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY']) ?? 'ROTATIONS_ONLY';
  const key = requireKey(kms, call);
  assertSymmetricSpec(key);
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
