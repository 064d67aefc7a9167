/** Deliveries of a webhook: those of the last 30 days, pings and repetitions. */
import * as z from 'zod/mini';
import { idPattern } from '#lib/model/ids.ts';
import { type Infer, lazyObject } from '#lib/model/schema.ts';
import { type Delivery, deliveryErrors, deliveryStatuses } from '#lib/model/webhook-delivery.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { webhookParams } from './webhooks.ts';

const DeliveryView = lazyObject(() => ({
  id: z.string(),
  event: z.object({
    id: z.string().check(z.describe('The `webhook-id` of every attempt')),
    type: z.string(),
    seq: z.nullable(z.int()).check(z.describe("Its place in the team's timeline; null for a ping")),
  }),
  status: z.enum(deliveryStatuses),
  attempts: z
    .array(
      z.object({
        at: time(),
        durationMs: z.int(),
        statusCode: z.nullable(z.int()).check(z.describe('Null without a response')),
        error: z.nullable(z.enum(deliveryErrors)).check(z.describe('Null for a success')),
      }),
    )
    .check(z.describe('The latest 20, oldest first')),
  nextAttemptAt: z.nullable(time()).check(z.describe('Null unless pending')),
  createdAt: time(),
}));

export const deliveryView = (delivery: Delivery): Infer<typeof DeliveryView> => {
  const { id, eventId, eventType, seq, status, attempts, dueAt, createdAt } = delivery;
  const event = { id: eventId, type: eventType, seq };
  return { id, event, status, attempts: attempts.map((each) => ({ ...each })), nextAttemptAt: dueAt, createdAt };
};

export const PingWebhook = operation({
  id: 'pingWebhook',
  route: 'POST /v1/webhooks/{webhook}/pings',
  summary: 'Sends an event of the type WebhookPing, once; also to a webhook that is paused',
  scope: 'write',
  params: webhookParams,
  response: DeliveryView,
  status: 202,
  problems: ['not_found'],
});

export const ListDeliveries = operation({
  id: 'listDeliveries',
  route: 'GET /v1/webhooks/{webhook}/deliveries',
  summary: 'Deliveries of the last 30 days, newest first, with status and timing of their attempts',
  scope: 'read',
  params: webhookParams,
  query: pageQuery,
  response: () => pageOf(DeliveryView()),
  problems: ['not_found'],
});

export const Redeliver = operation({
  id: 'redeliver',
  route: 'POST /v1/webhooks/{webhook}/deliveries/{delivery}/redelivery',
  summary: 'Sends an event again at once, under the same `webhook-id`, with all retries',
  scope: 'write',
  params: () =>
    z.extend(webhookParams(), {
      delivery: z
        .string()
        .check(
          z.maxLength(40),
          z.regex(idPattern('dlv'), 'The id of a delivery begins with dlv_'),
          z.describe("The delivery's id"),
        ),
    }),
  response: DeliveryView,
  status: 202,
  problems: ['not_found', 'wrong_state'],
});
