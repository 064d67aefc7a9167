/** Enabling, disabling, scheduling and cancelling deletion. */
import type { NamedValues } from '../../iam/request-values.ts';
import type { Call } from '../../protocol.ts';
import { authorise } from '../authorisation.ts';
import type { Kms, Operation } from '../context.ts';
import { invalidState } from '../errors.ts';
import { integer, requiredText } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { requireNotPendingDeletion } from '../key-states.ts';
import { dayMs, replaceKey } from '../lifecycle.ts';
import { ownKey } from '../lookup.ts';
import type { KmsKey } from '../records.ts';

function permittedKey(kms: Kms, call: Call, conditions: NamedValues = {}): KmsKey {
  const key = ownKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorise(kms, call, { key, conditions });
  return key;
}

const switchTo =
  (state: 'Enabled' | 'Disabled'): Operation =>
  (kms, call) => {
    const key = permittedKey(kms, call);
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
  const key = permittedKey(kms, call, { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) });
  requireNotPendingDeletion(key);
  const deletionAt = kms.now().getTime() + days * dayMs;
  replaceKey(kms, { ...key, state: 'PendingDeletion', deletionAt });
  const answer = {
    KeyId: key.arn,
    DeletionDate: seconds(deletionAt),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: days,
  };
  kms.record(call, key, { answer });
  return answer;
};

/** Leaves the key disabled, or, where its material was never imported, pending import. */
export const cancelKeyDeletion: Operation = (kms, call) => {
  const key = permittedKey(kms, call);
  if (key.state !== 'PendingDeletion') throw invalidState(key.arn, 'not pending deletion');
  replaceKey(kms, { ...key, state: key.origin === 'EXTERNAL' ? 'PendingImport' : 'Disabled', deletionAt: null });
  const answer = { KeyId: key.arn };
  kms.record(call, key, { answer });
  return answer;
};
