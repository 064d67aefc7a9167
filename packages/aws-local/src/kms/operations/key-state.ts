import type { Kms, Operation } from '../context.ts';
import { invalidState } from '../errors.ts';
import { integer } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { requireNotPendingDeletion } from '../key-states.ts';
import { daysMs, replaceKey } from '../lifecycle.ts';
import { isPrimary, replicasOf } from '../multi-region.ts';
import { permittedKey } from '../permitted-key.ts';
import type { KmsKey } from '../records.ts';
import { usageCondition } from '../usage.ts';

const switchTo =
  (state: 'Enabled' | 'Disabled'): Operation =>
  (kms, call) => {
    const key = permittedKey(kms, call, (found) => (state === 'Disabled' ? usageCondition(kms, found) : {}));
    requireNotPendingDeletion(key);
    if (key.state === 'PendingImport') throw invalidState(key.arn, 'pending import');
    replaceKey(kms, { ...key, state });
    kms.record(call, key);
    return {};
  };

export const enableKey = switchTo('Enabled');
export const disableKey = switchTo('Disabled');

export const scheduleKeyDeletion: Operation = (kms, call) => {
  const days = integer(call.input, 'PendingWindowInDays', { min: 7, max: 30 }) ?? 30;
  const key = permittedKey(kms, call, (found) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(days),
    ...usageCondition(kms, found),
  }));
  requireNotPendingDeletion(key);
  const doomed = scheduled(kms, key, days);
  replaceKey(kms, doomed);
  const answer = {
    KeyId: key.arn,
    ...(doomed.deletionAt === null ? {} : { DeletionDate: seconds(doomed.deletionAt) }),
    KeyState: doomed.state,
    PendingWindowInDays: days,
  };
  kms.record(call, key, { answer });
  return answer;
};

/** A primary with replicas waits for them first, without a date. */
function scheduled(kms: Kms, key: KmsKey, days: number): KmsKey {
  if (key.multiRegion && isPrimary(key) && replicasOf(kms, key).length > 0)
    return { ...key, state: 'PendingReplicaDeletion', deletionWindowDays: days };
  return { ...key, state: 'PendingDeletion', deletionAt: kms.now().getTime() + daysMs(kms, days) };
}

const lacksMaterial = ({ origin, imported }: KmsKey): boolean => origin === 'EXTERNAL' && imported === undefined;

/** Leaves the key disabled or, without its imported material, pending import. */
export const cancelKeyDeletion: Operation = (kms, call) => {
  const key = permittedKey(kms, call);
  if (!key.state.endsWith('Deletion')) throw invalidState(key.arn, 'not pending deletion');
  const { deletionWindowDays: _window, ...spared } = key;
  replaceKey(kms, { ...spared, state: lacksMaterial(key) ? 'PendingImport' : 'Disabled', deletionAt: null });
  const answer = { KeyId: key.arn };
  kms.record(call, key, { answer });
  return answer;
};
