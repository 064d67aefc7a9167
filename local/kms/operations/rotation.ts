/** Automatic and on-demand rotation. Only the status may be asked from another account. */
import type { NamedValues } from '../../iam/request-values.ts';
import { AwsError, type Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { integer, requiredText } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { requireEnabled, requireRotatable } from '../key-states.ts';
import { dayMs, replaceKey, withNewMaterial } from '../lifecycle.ts';
import { ownKey, sharedKey } from '../lookup.ts';
import type { KmsKey } from '../records.ts';

/** Source: quotas of the KMS guide. */
const maxOnDemandRotations = 25;

function rotatableKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = ownKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key, conditions });
  requireRotatable(key);
  requireEnabled(kms, key);
  return key;
}

/** Asked again with another period, it changes the period; the next rotation is then a whole period away. */
export const enableKeyRotation: Operation = (kms, call) => {
  const wanted = integer(call.input, 'RotationPeriodInDays', { min: 90, max: 2560 });
  const key = rotatableKey(kms, call, { 'kms:RotationPeriodInDays': String(wanted ?? 365) });
  const periodInDays = wanted ?? (key.rotation.enabled ? key.rotation.periodInDays : 365);
  const unchanged = key.rotation.enabled && periodInDays === key.rotation.periodInDays;
  const nextAt = unchanged ? key.rotation.nextAt : kms.now().getTime() + periodInDays * dayMs;
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

/** A key that is pending deletion does not rotate, so it answers false, and its setting comes back when deletion is cancelled. */
export const getKeyRotationStatus: Operation = (kms, call) => {
  const key = sharedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key });
  requireRotatable(key);
  kms.record(call, key, { readOnly: true });
  const { enabled, periodInDays, nextAt } = key.rotation;
  if (!enabled || nextAt === null || key.state === 'PendingDeletion') return { KeyId: key.arn, KeyRotationEnabled: false };
  return { KeyId: key.arn, KeyRotationEnabled: true, RotationPeriodInDays: periodInDays, NextRotationDate: seconds(nextAt) };
};

export const rotateKeyOnDemand: Operation = (kms, call) => {
  const key = rotatableKey(kms, call);
  const { rotation } = key;
  if (rotation.onDemandCount >= maxOnDemandRotations) {
    throw new AwsError('LimitExceededException', `${key.arn} has reached its limit of ${maxOnDemandRotations} on-demand rotations.`);
  }
  replaceKey(kms, { ...withNewMaterial(kms, key), rotation: { ...rotation, onDemandCount: rotation.onDemandCount + 1 } });
  const answer = { KeyId: key.arn };
  kms.record(call, key, { answer });
  return answer;
};
