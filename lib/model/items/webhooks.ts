/**
 * Items of webhooks: the webhook; its deliveries, newest last; the deliveries that are due, by webhook and time; and
 * one feed per team, in shards, so that a sweep finds the teams that have webhooks.
 */
import { createHash } from 'node:crypto';
import { notFound } from '#lib/model/problem.ts';
import type { Webhook, WebhookFeed } from '#lib/model/webhook.ts';
import type { Delivery } from '#lib/model/webhook-delivery.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';
import { counted } from './quotas.ts';

export const webhooksPrefix = 'WEBHOOK#';
export const webhookRow = (teamId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `${webhooksPrefix}${id}`,
});

export const deliveriesPrefix = (webhookId: string) => `DELIVERY#${webhookId}#`;
export const deliveryRow = (teamId: string, webhookId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `${deliveriesPrefix(webhookId)}${id}`,
});

/** The sweep reads all of them each minute. */
export const feedShards = 4;
const shardOf = (teamId: string): number => (createHash('sha256').update(teamId).digest()[0] ?? 0) % feedShards;
export const feedPartition = (shard: number): string => `WEBHOOKFEEDS#${shard}`;
export const feedRow = (teamId: string): Address => ({ pk: feedPartition(shardOf(teamId)), sk: teamId });

/** Sorted by webhook, so that one webhook's deliveries are not behind another's. */
export const duePartition = (teamId: string): string => `WEBHOOKDUE#${teamId}`;
export const duePrefix = (webhookId: string): string => `${webhookId}#`;

/** A pending delivery, at its time. */
export interface DueDelivery {
  readonly dueAt: string;
  readonly webhookId: string;
  readonly deliveryId: string;
}

const dueRow = (teamId: string, { webhookId, deliveryId, dueAt }: DueDelivery): Address => ({
  pk: duePartition(teamId),
  sk: `${duePrefix(webhookId)}${dueAt}#${deliveryId}`,
});

/** Null unless the delivery is pending. */
const dueOf = ({ webhookId, id: deliveryId, dueAt }: Delivery): DueDelivery | null =>
  dueAt === null ? null : { webhookId, deliveryId, dueAt };

function dueCreated(delivery: Delivery): Change[] {
  const due = dueOf(delivery);
  const { teamId, expiresAt } = delivery;
  return due === null ? [] : [{ kind: 'create', row: { ...dueRow(teamId, due), ...due, expiresAt } }];
}

/** For a row whose delivery is not pending, too. */
export const dueRemoved = (teamId: string, due: DueDelivery): Change => ({ kind: 'remove', row: dueRow(teamId, due) });

export const webhookCreated = (webhook: Webhook): Change[] => [
  { kind: 'create', row: { ...webhookRow(webhook.teamId, webhook.id), ...webhook } },
  counted(webhook.teamId, 'webhooks', 1),
];
export const webhookSaved = (webhook: Webhook): Change => ({
  kind: 'save',
  row: { ...webhookRow(webhook.teamId, webhook.id), ...webhook },
});
/** Its deliveries stay until they expire; no request and no worker reads them. */
export const webhookRemoved = ({ teamId, id }: Webhook): Change[] => [
  { kind: 'remove', row: webhookRow(teamId, id), present: true, otherwise: notFound('webhook', id) },
  counted(teamId, 'webhooks', -1),
];

export const deliveryCreated = (delivery: Delivery): Change[] => [
  { kind: 'create', row: { ...deliveryRow(delivery.teamId, delivery.webhookId, delivery.id), ...delivery } },
  ...dueCreated(delivery),
];

/** Moves the delivery to its next time, if it has one. */
export function deliverySaved(before: Delivery, after: Delivery): Change[] {
  const row = { ...deliveryRow(after.teamId, after.webhookId, after.id), ...after };
  if (before.dueAt === after.dueAt) return [{ kind: 'save', row }];
  const due = dueOf(before);
  return [{ kind: 'save', row }, ...(due ? [dueRemoved(before.teamId, due)] : []), ...dueCreated(after)];
}

export const feedCreated = (teamId: string, after: number): Change => ({
  kind: 'create',
  row: { ...feedRow(teamId), teamId, after, dueAt: null, leasedUntil: null, version: 1 },
});
export const feedSaved = (feed: WebhookFeed): Change => ({ kind: 'save', row: { ...feedRow(feed.teamId), ...feed } });
