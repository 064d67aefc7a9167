/**
 * Creates deliveries from the team's timeline, not from events on the bus: an event only wakes the worker, so a lost or
 * repeated one changes nothing.
 */
import type { Entry } from '#lib/model/entry.ts';
import { deliveryCreated, feedSaved } from '#lib/model/items/webhooks.ts';
import type { Needs } from '#lib/model/ports.ts';
import { isSubscribed, type Webhook, type WebhookFeed } from '#lib/model/webhook.ts';
import { type Delivery, deliveryOf } from '#lib/model/webhook-delivery.ts';

export type FanOutDeps = Needs<'chainOf' | 'headOfChain' | 'commit' | 'now'>;

/** Each delivery is two items, and a transaction holds 100. */
const deliveriesPerCommit = 40;

/**
 * The feed at the timeline's end. The new place is committed with the deliveries, so each event has one per webhook.
 * Throws `version_mismatch` if another worker has the team.
 */
export async function fanOut(deps: FanOutDeps, feed: WebhookFeed, webhooks: readonly Webhook[]): Promise<WebhookFeed> {
  const active = webhooks.filter(({ status }) => status === 'active');
  if (active.length === 0) {
    const { seq } = await deps.headOfChain(feed.teamId);
    return seq > feed.after ? advance(deps, feed, { after: seq, deliveries: [] }) : feed;
  }
  let current = feed;
  for (;;) {
    const { items, cursor } = await deps.chainOf(feed.teamId, current.after);
    for (const part of partsOf(items, active, deps.now())) current = await advance(deps, current, part);
    if (cursor === null) return current;
  }
}

interface Part {
  readonly after: number;
  readonly deliveries: readonly Delivery[];
}

/** An event's deliveries to all webhooks are in one part. */
function partsOf(entries: readonly Entry[], webhooks: readonly Webhook[], at: Date): Part[] {
  const parts: Part[] = [];
  for (const entry of entries) {
    const deliveries = webhooks
      .filter((webhook) => isSubscribed(webhook, entry))
      .map((webhook) => deliveryOf(webhook, entry, at));
    const last = parts.at(-1);
    const fits = last && last.deliveries.length + deliveries.length <= deliveriesPerCommit;
    if (fits) parts.pop();
    parts.push({ after: entry.seq, deliveries: [...(fits ? last.deliveries : []), ...deliveries] });
  }
  return parts;
}

async function advance(deps: FanOutDeps, feed: WebhookFeed, { after, deliveries }: Part): Promise<WebhookFeed> {
  const advanced = { ...feed, after };
  await deps.commit({
    teamId: feed.teamId,
    at: deps.now(),
    changes: [feedSaved(advanced), ...deliveries.flatMap(deliveryCreated)],
  });
  return { ...advanced, version: feed.version + 1 };
}
