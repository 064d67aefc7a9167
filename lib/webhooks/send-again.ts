/** Deliveries on request: a ping, and the redelivery of an event. */
import { retryOnConflict } from '#lib/model/conflict.ts';
import { deliveryCreated, deliverySaved } from '#lib/model/items/webhooks.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, wrongState } from '#lib/model/problem.ts';
import { requireWebhook } from '#lib/model/require.ts';
import { type Delivery, pingOf, redelivered } from '#lib/model/webhook-delivery.ts';

interface WebhookRef {
  readonly teamId: string;
  readonly webhook: string;
}

/** One attempt, also to a webhook that is paused. Throws `not_found`. */
export const pingWebhook =
  (deps: Needs<'webhookById' | 'commit' | 'newId' | 'now'>) =>
  async ({ teamId, webhook: id }: WebhookRef): Promise<Delivery> => {
    const webhook = await requireWebhook(deps)(teamId, id);
    const at = deps.now();
    const ping = pingOf(webhook, deps.newId('dlv'), at);
    await deps.commit({ teamId, at, changes: deliveryCreated(ping), effects: [dueIn(teamId)] });
    return ping;
  };

/** Sends the event again under the same id, at once. Throws `not_found`, and `wrong_state` for a paused webhook. */
export const redeliver =
  (deps: Needs<'webhookById' | 'deliveryById' | 'commit' | 'now'>) =>
  ({ teamId, webhook: id, delivery: deliveryId }: WebhookRef & { readonly delivery: string }): Promise<Delivery> =>
    retryOnConflict(async () => {
      const { status } = await requireWebhook(deps)(teamId, id);
      const delivery = await deps.deliveryById(teamId, id, deliveryId);
      const at = deps.now();
      if (!delivery || delivery.expiresAt <= at.getTime() / 1000) throw notFound('delivery', deliveryId);
      if (status !== 'active') {
        const detail = `The webhook is ${status}. Set its status to active, then repeat the request.`;
        throw wrongState(status, detail);
      }
      const again = redelivered(delivery, at);
      const changes = deliverySaved(delivery, again);
      await deps.commit({ teamId, at, changes, effects: [dueIn(teamId)] });
      return again;
    });

const dueIn = (teamId: string) => ({ kind: 'webhooks', teamId }) as const;
