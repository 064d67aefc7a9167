/**
 * Handles events of keys from customers' accounts: each event leads to a check, and only KMS's response counts.
 */

import { log } from '#lib/log.ts';
import { ignoreConflict } from '#lib/model/conflict.ts';
import { deliveryProofOf } from '#lib/model/delivery-proof.ts';
import { ignoredEventNoted, receivedEventNoted } from '#lib/model/items/key-events.ts';
import type { KeyRef } from '#lib/model/key.ts';
import { type BusEvent, type Ignored, type KeyEvent, keyEventOf } from '#lib/model/key-event.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { type HearDeps, receiveDeliveryProof } from './proof.ts';

export type OnKeyChangedDeps = HearDeps &
  Needs<'ownerOf' | 'newsArrived' | 'commit' | 'now'> & {
    readonly reconcile: (observation: Observation) => Promise<unknown>;
  };

/** Ignores events of unregistered keys. The echo of a check only renews the proof of delivery. */
export const onKeyChanged =
  (deps: OnKeyChangedDeps) =>
  async (event: BusEvent): Promise<void> => {
    const echo = deliveryProofOf(event);
    if (echo) return receiveDeliveryProof(deps, echo, event.time);
    const keyEvent = keyEventOf(event);
    if (!keyEvent) {
      log.info('An event does not concern a key', {
        eventId: event.id,
        account: event.account,
        type: event['detail-type'],
      });
      return;
    }
    for (const arn of keyEvent.arns) {
      const owner = await deps.ownerOf(arn);
      if (owner) await handleKeyEvent(deps, { event, keyEvent, arn, owner });
    }
  };

interface KeyEventContext {
  readonly event: BusEvent;
  readonly keyEvent: KeyEvent;
  readonly arn: string;
  readonly owner: KeyRef;
}

async function handleKeyEvent(deps: OnKeyChangedDeps, context: KeyEventContext): Promise<void> {
  const { keyEvent, owner } = context;
  if (keyEvent.ignored) return recordIgnored(deps, context, keyEvent.ignored);
  // A failed write must not prevent the check; the event is delivered again after it.
  try {
    if (keyEvent.isTurn) await Promise.all([deps.newsArrived(context.arn, deps.now()), recordReceived(deps, context)]);
  } finally {
    await deps.reconcile({ teamId: owner.teamId, keyId: owner.keyId, actor: keyEvent.actor, depth: 'full' });
  }
}

/** Idempotent: duplicate events are recorded once. */
async function recordReceived(
  { commit, now }: OnKeyChangedDeps,
  { event, keyEvent, arn, owner }: KeyEventContext,
): Promise<void> {
  const { teamId, keyId } = owner;
  const at = now();
  const data = { arn, name: keyEvent.name, eventId: event.id, cloudTrail: keyEvent.cloudTrail };
  await ignoreConflict(() =>
    commit({
      teamId,
      at,
      changes: [receivedEventNoted({ keyId, eventId: keyEvent.cloudTrail?.eventId ?? event.id }, at)],
      entries: [{ type: 'KeyEventReceived', actor: keyEvent.actor, subject: { keyId }, data }],
    }),
  );
}

/**
 * Tells the key's owner about forged events; recorded once per account and reason, so that a flood does not fill the
 * timeline.
 */
async function recordIgnored(
  { commit, now }: OnKeyChangedDeps,
  { event, keyEvent, arn, owner }: KeyEventContext,
  reason: Ignored,
): Promise<void> {
  const { account } = event;
  const { teamId, keyId } = owner;
  const at = now();
  log.warn('An event about a key was ignored', { eventId: event.id, account, keyId, reason, name: keyEvent.name });
  await ignoreConflict(() =>
    commit({
      teamId,
      at,
      changes: [ignoredEventNoted({ keyId, account, reason }, at)],
      entries: [
        {
          type: 'KeyEventIgnored',
          actor: keyEvent.actor,
          subject: { keyId },
          data: { arn, account, name: keyEvent.name, reason },
        },
      ],
    }),
  );
}
