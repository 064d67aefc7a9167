/** News of keys from customers' accounts: whatever it says, the key is observed, and only KMS's answer counts. */

import { log } from '#lib/log.ts';
import { ignoreConflict } from '#lib/model/conflict.ts';
import { deliveryProofOf } from '#lib/model/delivery-proof.ts';
import { ignoredEventNoted, receivedEventNoted } from '#lib/model/items/key-events.ts';
import type { KeyRef } from '#lib/model/key.ts';
import { type BusEvent, type Ignored, type KeyEvent, keyEventOf } from '#lib/model/key-event.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { type HearDeps, hearEcho } from './proof.ts';

export type OnKeyChangedDeps = HearDeps &
  Needs<'ownerOf' | 'newsArrived' | 'commit' | 'now'> & {
    readonly observe: (observation: Observation) => Promise<unknown>;
  };

/** An event of a key that nobody registered is no news. The echo of a check is none either: it says that news would arrive. */
export const onKeyChanged =
  (deps: OnKeyChangedDeps) =>
  async (event: BusEvent): Promise<void> => {
    const echo = deliveryProofOf(event);
    if (echo) return hearEcho(deps, echo, event.time);
    const told = keyEventOf(event);
    if (!told) {
      log.info('An event says nothing about a key', {
        eventId: event.id,
        account: event.account,
        type: event['detail-type'],
      });
      return;
    }
    for (const arn of told.arns) {
      const owner = await deps.ownerOf(arn);
      if (owner) await acted(deps, { event, told, arn, owner });
    }
  };

interface Case {
  readonly event: BusEvent;
  readonly told: KeyEvent;
  readonly arn: string;
  readonly owner: KeyRef;
}

async function acted(deps: OnKeyChangedDeps, about: Case): Promise<void> {
  const { told, owner } = about;
  if (told.ignored) return recordIgnored(deps, about, told.ignored);
  // Observed whether or not it can be noted; what could not be noted is delivered again.
  try {
    if (told.isTurn) await Promise.all([deps.newsArrived(about.arn, deps.now()), recordReceived(deps, about)]);
  } finally {
    await deps.observe({ teamId: owner.teamId, keyId: owner.keyId, actor: told.actor, depth: 'full' });
  }
}

/** Once, however often it is delivered. */
async function recordReceived({ commit, now }: OnKeyChangedDeps, { event, told, arn, owner }: Case): Promise<void> {
  const { teamId, keyId } = owner;
  const at = now();
  const data = { arn, name: told.name, eventId: event.id, cloudTrail: told.cloudTrail };
  await ignoreConflict(() =>
    commit({
      teamId,
      at,
      changes: [receivedEventNoted({ keyId, eventId: told.cloudTrail?.eventId ?? event.id }, at)],
      entries: [{ type: 'KeyEventReceived', actor: told.actor, subject: { keyId }, data }],
    }),
  );
}

/** The key's owner should know who tries; but whoever floods the bus doesn't fill the timeline. */
async function recordIgnored(
  { commit, now }: OnKeyChangedDeps,
  { event, told, arn, owner }: Case,
  reason: Ignored,
): Promise<void> {
  const { account } = event;
  const { teamId, keyId } = owner;
  const at = now();
  log.warn('An event about a key was ignored', { eventId: event.id, account, keyId, reason, name: told.name });
  await ignoreConflict(() =>
    commit({
      teamId,
      at,
      changes: [ignoredEventNoted({ keyId, account, reason }, at)],
      entries: [
        {
          type: 'KeyEventIgnored',
          actor: told.actor,
          subject: { keyId },
          data: { arn, account, name: told.name, reason },
        },
      ],
    }),
  );
}
