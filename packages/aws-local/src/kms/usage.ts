/**
 * The last successful cryptographic operation of a key, without dry runs; separate for each related key. Source: KMS
 * guide, "Determine past usage of a KMS key"; `kms:TrailingDaysWithoutKeyUsage` in "AWS KMS condition keys".
 */
import { randomUUID } from 'node:crypto';
import type { NamedValues } from '../iam/request-values.ts';
import type { Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { daysMs } from './lifecycle.ts';
import type { KmsKey } from './records.ts';

export function recordUse({ store, now }: Kms, { operation, requestId }: Call, { arn: keyArn }: KmsKey): void {
  store.recordUsage({ keyArn, operation, requestId, at: now().getTime(), eventId: randomUUID() });
}

/** Whole days since the last use, or since the creation of an unused key. For DisableKey and ScheduleKeyDeletion. */
export function usageCondition(kms: Kms, key: KmsKey): NamedValues {
  const since = kms.store.findUsage(key.arn)?.at ?? key.createdAt;
  const days = Math.floor((kms.now().getTime() - since) / daysMs(kms, 1));
  return { 'kms:TrailingDaysWithoutKeyUsage': String(days) };
}
