/** Reads webhooks, their deliveries, and the feeds from which deliveries are created. */
import type { Address } from '#lib/model/items/address.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import {
  type DueDelivery,
  deliveriesPrefix,
  deliveryRow,
  duePartition,
  duePrefix,
  feedPartition,
  feedRow,
  webhookRow,
  webhooksPrefix,
} from '#lib/model/items/webhooks.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { WebhookStore } from '#lib/model/stores.ts';
import type { Webhook, WebhookFeed } from '#lib/model/webhook.ts';
import type { Delivery } from '#lib/model/webhook-delivery.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

export const webhookStore = (table: Table = deployedTable): WebhookStore => ({
  webhookById: (teamId: string, id: string) => readRow<Webhook>(table, webhookRow(teamId, id)),
  listWebhooks: (teamId: string, { after, limit }: ListQuery): Promise<Page<Webhook & Address>> =>
    readRange(table, { pk: teamPartition(teamId), prefix: webhooksPrefix, after, limit, consistent: true }),
  deliveryById: (teamId: string, webhookId: string, id: string) =>
    readRow<Delivery>(table, deliveryRow(teamId, webhookId, id)),
  listDeliveries: (teamId: string, webhookId: string, { after, limit }: ListQuery): Promise<Page<Delivery & Address>> =>
    readRange(table, {
      ...{ pk: teamPartition(teamId), prefix: deliveriesPrefix(webhookId) },
      ...{ after, limit, newestFirst: true },
    }),
  webhookFeedOf: (teamId: string) => readRow<WebhookFeed>(table, feedRow(teamId)),
  webhookFeeds: (shard: number, after: string | null): Promise<Page<WebhookFeed & Address>> =>
    readRange(table, { pk: feedPartition(shard), prefix: 'team_', after, limit: 100 }),
  dueDeliveries: async (teamId: string, webhookId: string, limit: number): Promise<DueDelivery[]> =>
    (
      await readRange<DueDelivery & Address>(table, {
        ...{ pk: duePartition(teamId), prefix: duePrefix(webhookId) },
        ...{ limit, consistent: true },
      })
    ).items,
});
