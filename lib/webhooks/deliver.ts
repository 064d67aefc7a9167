/** One attempt of a delivery, with its outcome for the delivery and for the webhook. */
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import { type DueDelivery, deliverySaved, dueRemoved, webhookSaved } from '#lib/model/items/webhooks.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { signedHeaders, type Webhook } from '#lib/model/webhook.ts';
import { type Attempt, abandoned, attempted, bodyOf, type Delivery, isPing } from '#lib/model/webhook-delivery.ts';
import { healthAfter } from '#lib/model/webhook-health.ts';
import { hostOf } from './url.ts';

export type DeliverDeps = Needs<'deliveryById' | 'webhookById' | 'entryAt' | 'postWebhook' | 'commit' | 'now'> & {
  /** From 0 to 1. */
  readonly random: () => number;
};

const actor = { kind: 'workflow', id: 'webhooks' } as const;

/**
 * Null if no request was made. Throws `version_mismatch` if a redelivery was requested during the attempt, which then
 * follows.
 */
export async function deliver(
  deps: DeliverDeps,
  { webhook, secrets }: { readonly webhook: Webhook; readonly secrets: readonly string[] },
  due: DueDelivery,
): Promise<Attempt | null> {
  const { teamId, url, status } = webhook;
  const delivery = await deps.deliveryById(teamId, webhook.id, due.deliveryId);
  if (delivery?.dueAt !== due.dueAt) {
    await deps.commit({ teamId, at: deps.now(), changes: [dueRemoved(teamId, due)] });
    return null;
  }
  const entry = delivery.seq === null ? null : await deps.entryAt(teamId, delivery.seq);
  const isPaused = status !== 'active' && !isPing(delivery);
  if (isPaused || (!entry && !isPing(delivery))) {
    const ended = abandoned(delivery, isPaused ? 'webhook_paused' : 'event_missing', deps.now());
    await saveDelivery(deps, delivery, ended);
    return null;
  }
  const body = bodyOf(delivery, entry);
  const headers = signedHeaders({ id: delivery.eventId, at: deps.now(), body }, secrets);
  const outcome = await deps.postWebhook({ url, headers, body });
  await saveDelivery(deps, delivery, attempted(delivery, outcome, deps.random()));
  return outcome.attempt;
}

const saveDelivery = (deps: Pick<DeliverDeps, 'commit' | 'now'>, before: Delivery, after: Delivery): Promise<void> =>
  deps.commit({ teamId: before.teamId, at: deps.now(), changes: deliverySaved(before, after) });

export type HealthDeps = Needs<'webhookById' | 'commit' | 'now'>;

/** The webhook as it is stored after the attempt; null if it was removed meanwhile. */
export const recordHealth = (deps: HealthDeps, { teamId, id }: Webhook, attempt: Attempt): Promise<Webhook | null> =>
  retryOnConflict(async () => {
    const webhook = await deps.webhookById(teamId, id);
    if (!webhook) return null;
    const after = healthAfter(webhook, attempt);
    if (after === webhook) return webhook;
    const isPaused = after.status !== webhook.status;
    await deps.commit({
      teamId,
      at: deps.now(),
      changes: [webhookSaved(after)],
      entries: isPaused ? [pausedEntry(after)] : [],
      effects: isPaused ? [pausedNotice(after, attempt.at)] : [],
    });
    return { ...after, version: webhook.version + 1 };
  });

function pausedEntry(webhook: Webhook): NewEntry {
  const { id: webhookId, pausedBecause, failingSince } = webhook;
  const data = { host: hostOf(webhook), reason: pausedBecause ?? 'failing', failingSince };
  return { type: 'WebhookPaused', actor, subject: { webhookId }, data };
}

const pausedNotice = ({ teamId, id: webhookId }: Webhook, about: string): OutboxMessage => ({
  kind: 'notice',
  notice: { teamId, webhookId, fact: 'webhook_paused', about },
});
