import type { Kms, Operation } from '../context.ts';
import { invalidState } from '../errors.ts';
import { integer } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { assertNotPendingDeletion } from '../key-states.ts';
import { daysMs, replaceKey } from '../lifecycle.ts';
import { isPrimary, replicasOf } from '../multi-region.ts';
import type { KmsKey } from '../records.ts';
import { requireKey } from '../require-key.ts';
import { usageCondition } from '../usage.ts';

const setState =
  (state: 'Enabled' | 'Disabled'): Operation =>
  (kms, call) => {
    const key = requireKey(kms, call, (found) => (state === 'Disabled' ? usageCondition(kms, found) : {}));
    assertNotPendingDeletion(key);
    if (key.state === 'PendingImport') throw invalidState(key.arn, 'pending import');
    replaceKey(kms, { ...key, state });
    kms.reportCall(call, key);
    return {};
  };

export const enableKey = setState('Enabled');
export const disableKey = setState('Disabled');

export const scheduleKeyDeletion: Operation = (kms, call) => {
  const days = integer(call.input, 'PendingWindowInDays', { min: 7, max: 30 }) ?? 30;
  const key = requireKey(kms, call, (found) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(days),
    ...usageCondition(kms, found),
  }));
  assertNotPendingDeletion(key);
  const pending = withScheduledDeletion(kms, key, days);
  replaceKey(kms, pending);
  const response = {
    KeyId: key.arn,
    ...(pending.deletionAt === null ? {} : { DeletionDate: seconds(pending.deletionAt) }),
    KeyState: pending.state,
    PendingWindowInDays: days,
  };
  kms.reportCall(call, key, { response });
  return response;
};

/** The window of a primary with replicas starts after their deletion. */
function withScheduledDeletion(kms: Kms, key: KmsKey, days: number): KmsKey {
  if (key.multiRegion && isPrimary(key) && replicasOf(kms, key).length > 0)
    return { ...key, state: 'PendingReplicaDeletion', deletionWindowDays: days };
  return { ...key, state: 'PendingDeletion', deletionAt: kms.now().getTime() + daysMs(kms, days) };
}

const lacksMaterial = ({ origin, imported }: KmsKey): boolean => origin === 'EXTERNAL' && imported === undefined;

/** Leaves the key disabled or, without its imported material, pending import. */
export const cancelKeyDeletion: Operation = (kms, call) => {
  const key = requireKey(kms, call);
  if (!key.state.endsWith('Deletion')) throw invalidState(key.arn, 'not pending deletion');
  const { deletionWindowDays: _window, ...rest } = key;
  replaceKey(kms, { ...rest, state: lacksMaterial(key) ? 'PendingImport' : 'Disabled', deletionAt: null });
  const response = { KeyId: key.arn };
  kms.reportCall(call, key, { response });
  return response;
};
