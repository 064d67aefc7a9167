/** Webhooks: a team's URLs that get its events, and the deliveries of the last 30 days. */
import * as z from 'zod/mini';
import { type EventType, events } from '#lib/model/events.ts';
import { idPattern } from '#lib/model/ids.ts';
import { pauseReasons, type Webhook, webhookStatuses } from '#lib/model/webhook.ts';
import { type Delivery, deliveryErrors, deliveryStatuses } from '#lib/model/webhook-delivery.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

const eventTypes = Object.keys(events) as [EventType, ...EventType[]];

const params = z.strictObject({
  webhook: z
    .string()
    .check(
      z.maxLength(40),
      z.regex(idPattern('wh'), 'The id of a webhook begins with wh_'),
      z.describe("The webhook's id"),
    ),
});

const WebhookView = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  types: z.nullable(z.array(z.string())).check(z.describe('Types of events, as in docs/events.md; null for all')),
  status: z
    .enum(webhookStatuses)
    .check(
      z.describe(
        'Paused: by a request, or because every attempt of five days failed. Disabled: the receiver responded 410. ' +
          'Neither gets events until it is set to active',
      ),
    ),
  pausedBecause: z.nullable(z.enum(pauseReasons)).check(z.describe('Null while active')),
  failingSince: z
    .nullable(time)
    .check(z.describe('The first attempt after which every attempt failed; null if the last one succeeded')),
  previousSecretUntil: z
    .nullable(time)
    .check(z.describe('Until then, deliveries are signed with the secret before the last rotation, too')),
  createdAt: time,
});

export const webhookView = (webhook: Webhook): z.infer<typeof WebhookView> => {
  const { id, url, description, types, status, pausedBecause, failingSince, previous, createdAt } = webhook;
  return {
    ...{ id, url, description, status, pausedBecause, failingSince, createdAt },
    types: types && [...types],
    previousSecretUntil: previous?.until ?? null,
  };
};

const secret = z
  .string()
  .check(z.describe('Verifies signatures, by any library for Standard Webhooks; it is in this response only'));
const WithSecret = z.extend(WebhookView, { secret });

const url = printable({ max: 2048 }).check(
  z.describe('Begins with https://, on port 443 or 8443 of a public host; without a user name, password or fragment'),
);
const description = printable({ min: 0, max: 200 });
const types = z
  .array(z.enum(eventTypes))
  .check(z.minLength(1), z.maxLength(eventTypes.length), z.describe('Types of events, as in docs/events.md'));

export const CreateWebhook = operation({
  id: 'createWebhook',
  method: 'POST',
  path: '/v1/webhooks',
  summary: "Creates a webhook, which gets the team's events from now on; its secret is in this response only",
  scope: 'admin',
  body: z.strictObject({
    url,
    description: z._default(description, ''),
    types: z._default(z.nullable(types), null).check(z.describe('Null: events of every type')),
  }),
  response: WithSecret,
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded'],
});

export const ListWebhooks = operation({
  id: 'listWebhooks',
  method: 'GET',
  path: '/v1/webhooks',
  summary: "The team's webhooks, without their secrets",
  scope: 'read',
  query: pageQuery,
  response: pageOf(WebhookView),
});

export const GetWebhook = operation({
  id: 'getWebhook',
  method: 'GET',
  path: '/v1/webhooks/{webhook}',
  summary: 'One webhook',
  scope: 'read',
  params,
  response: WebhookView,
  problems: ['not_found'],
});

export const ChangeWebhook = operation({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/v1/webhooks/{webhook}',
  summary: 'Changes, pauses or resumes a webhook; events of the time in which it is not active are not delivered',
  scope: 'admin',
  params,
  body: z.strictObject({
    url: z.optional(url),
    description: z.optional(description),
    types: z.optional(z.nullable(types)),
    status: z.optional(z.enum(['active', 'paused'])),
  }),
  response: WebhookView,
  problems: ['not_found'],
});

export const RemoveWebhook = operation({
  id: 'removeWebhook',
  method: 'DELETE',
  path: '/v1/webhooks/{webhook}',
  summary: 'Removes a webhook; its pending deliveries are not sent',
  scope: 'admin',
  params,
  response: z.null(),
  status: 204,
  problems: ['not_found'],
});

export const RotateWebhookSecret = operation({
  id: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhooks/{webhook}/secret-rotation',
  summary: 'Replaces the secret; during the overlap, deliveries have a signature by each of both secrets',
  scope: 'admin',
  params,
  body: z.strictObject({
    overlapHours: z
      ._default(z.int().check(z.minimum(0), z.maximum(168)), 24)
      .check(z.describe('Hours in which the replaced secret signs, too; 0 after a leak')),
  }),
  response: WithSecret,
  problems: ['not_found'],
});

const DeliveryView = z.object({
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
        at: time,
        durationMs: z.int(),
        statusCode: z.nullable(z.int()).check(z.describe('Null without a response')),
        error: z.nullable(z.enum(deliveryErrors)).check(z.describe('Null for a success')),
      }),
    )
    .check(z.describe('The latest 20, oldest first')),
  nextAttemptAt: z.nullable(time).check(z.describe('Null unless pending')),
  createdAt: time,
});

export const deliveryView = (delivery: Delivery): z.infer<typeof DeliveryView> => {
  const { id, eventId, eventType, seq, status, attempts, dueAt, createdAt } = delivery;
  const event = { id: eventId, type: eventType, seq };
  return { id, event, status, attempts: attempts.map((each) => ({ ...each })), nextAttemptAt: dueAt, createdAt };
};

export const PingWebhook = operation({
  id: 'pingWebhook',
  method: 'POST',
  path: '/v1/webhooks/{webhook}/pings',
  summary: 'Sends an event of the type WebhookPing, once; also to a webhook that is paused',
  scope: 'write',
  params,
  response: DeliveryView,
  status: 202,
  problems: ['not_found'],
});

export const ListDeliveries = operation({
  id: 'listDeliveries',
  method: 'GET',
  path: '/v1/webhooks/{webhook}/deliveries',
  summary: 'Deliveries of the last 30 days, newest first, with status and timing of their attempts',
  scope: 'read',
  params,
  query: pageQuery,
  response: pageOf(DeliveryView),
  problems: ['not_found'],
});

export const Redeliver = operation({
  id: 'redeliver',
  method: 'POST',
  path: '/v1/webhooks/{webhook}/deliveries/{delivery}/redelivery',
  summary: 'Sends an event again at once, under the same `webhook-id`, with all retries',
  scope: 'write',
  params: z.extend(params, {
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
