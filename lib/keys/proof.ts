/**
 * Maintains the proof that events of a key are delivered. A check expects an event of its own call (an echo); the event
 * renews the proof, and a missing event ends it.
 */

import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import {
  awaitedProofOf,
  type DeliveryProof,
  type DeliveryProofs,
  deliveryStatusOf,
  isOverdue,
  isUntried,
} from '#lib/model/delivery-proof.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { type Check, canServe, type Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { fullMinutes } from './check-schedule.ts';

export type AwaitDeps = Needs<'proofAwaited'>;

/** Never throws: without a proof, a key is checked more often. */
export async function awaitDeliveryProof({ proofAwaited }: AwaitDeps, arn: string, check: Check): Promise<void> {
  const proof = awaitedProofOf(check);
  if (!proof) return;
  await proofAwaited(arn, proof).catch((error: unknown) =>
    log.warn('An expected echo could not be stored', { arn, error: error as Error }),
  );
}

export type HearDeps = Needs<'proofArrived' | 'now'> & {
  readonly pause: (seconds: number) => Promise<unknown>;
};

/** An echo can arrive before its check ends and stores the expected request id. */
const patience = { seconds: 1, youngMs: 30_000 };

/** Ignores unknown, duplicate, late and forged echoes. */
export async function receiveDeliveryProof(
  deps: HearDeps,
  { arn, requestId }: DeliveryProof,
  madeAt: string,
): Promise<void> {
  if (await deps.proofArrived(arn, requestId, deps.now())) return;
  if (isRecent(madeAt, deps.now(), patience.youngMs)) {
    await deps.pause(patience.seconds);
    if (await deps.proofArrived(arn, requestId, deps.now())) return;
  }
  log.info('An unexpected echo was ignored', { arn, requestId });
}

export type WatchDeps = Needs<'proofMissed' | 'commit' | 'now'> & {
  readonly minutesWithEvents: () => number;
};

const actor: Actor = { kind: 'sweep', id: 'sweep' };

export interface DeliveryNews {
  /** ISO 8601; null if events of the key are not proven to arrive any more. */
  readonly provenSince: string | null;
  readonly entry: NewEntry;
}

/** Expires an overdue echo. Null unless the key became proven or unproven. */
export async function deliveryNews(
  deps: WatchDeps,
  key: Key,
  { echoes, at }: { readonly echoes: DeliveryProofs; readonly at: Date },
): Promise<DeliveryNews | null> {
  if (isOverdue(echoes, at) && echoes.awaitedRequest) await deps.proofMissed(key.arn, echoes.awaitedRequest);
  const status = deliveryStatusOf(echoes, at, fullMinutes(deps.minutesWithEvents()));
  const isKnown = status === 'open' || (status === 'proven') === Boolean(key.eventsProvenSince);
  if (isKnown || !canServe(key.status)) return null;
  const isProven = status === 'proven';
  if (!isProven && isUntried(echoes, key.facts?.at, at)) return null;
  return {
    provenSince: isProven ? at.toISOString() : null,
    entry: {
      type: isProven ? 'KeyEventsProven' : 'KeyEventsUnproven',
      actor,
      subject: { keyId: key.id },
      data: { arn: key.arn },
    },
  };
}
