/** Webhooks: a team's URLs that get its events. */
import * as z from 'zod/mini';
import { type EventType, events } from '#lib/model/events.ts';
import { idPattern } from '#lib/model/ids.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { pauseReasons, type Webhook, webhookStatuses } from '#lib/model/webhook.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

const eventTypes = Object.keys(events) as [EventType, ...EventType[]];

export const webhookParams = lazyStrictObject(() => ({
  webhook: z
    .string()
    .check(
      z.maxLength(40),
      z.regex(idPattern('wh'), 'The id of a webhook begins with wh_'),
      z.describe("The webhook's id"),
    ),
}));

const WebhookView = lazyObject(() => ({
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
    .nullable(time())
    .check(z.describe('The first attempt after which every attempt failed; null if the last one succeeded')),
  previousSecretUntil: z
    .nullable(time())
    .check(z.describe('Until then, deliveries are signed with the secret before the last rotation, too')),
  createdAt: time(),
}));

export const webhookView = (webhook: Webhook): Infer<typeof WebhookView> => {
  const { id, url, description, types, status, pausedBecause, failingSince, previous, createdAt } = webhook;
  return {
    ...{ id, url, description, status, pausedBecause, failingSince, createdAt },
    types: types && [...types],
    previousSecretUntil: previous?.until ?? null,
  };
};

const secret = lazily(() =>
  z
    .string()
    .check(z.describe('Verifies signatures, by any library for Standard Webhooks; it is in this response only')),
);
const WithSecret = lazily(() => z.extend(WebhookView(), { secret: secret() }));

const url = lazily(() =>
  printable({ max: 2048 }).check(
    z.describe('Begins with https://, on port 443 or 8443 of a public host; without a user name, password or fragment'),
  ),
);
const description = lazily(() => printable({ min: 0, max: 200 }));
const types = lazily(() =>
  z
    .array(z.enum(eventTypes))
    .check(z.minLength(1), z.maxLength(eventTypes.length), z.describe('Types of events, as in docs/events.md')),
);

export const CreateWebhook = operation({
  id: 'createWebhook',
  route: 'POST /v1/webhooks',
  summary: "Creates a webhook, which gets the team's events from now on; its secret is in this response only",
  scope: 'admin',
  body: lazyStrictObject(() => ({
    url: url(),
    description: z._default(description(), ''),
    types: z._default(z.nullable(types()), null).check(z.describe('Null: events of every type')),
  })),
  response: WithSecret,
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded'],
});

export const ListWebhooks = operation({
  id: 'listWebhooks',
  route: 'GET /v1/webhooks',
  summary: "The team's webhooks, without their secrets",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(WebhookView()),
});

export const GetWebhook = operation({
  id: 'getWebhook',
  route: 'GET /v1/webhooks/{webhook}',
  summary: 'One webhook',
  scope: 'read',
  params: webhookParams,
  response: WebhookView,
  problems: ['not_found'],
});

export const ChangeWebhook = operation({
  id: 'changeWebhook',
  route: 'PATCH /v1/webhooks/{webhook}',
  summary: 'Changes, pauses or resumes a webhook; events of the time in which it is not active are not delivered',
  scope: 'admin',
  params: webhookParams,
  body: lazyStrictObject(() => ({
    url: z.optional(url()),
    description: z.optional(description()),
    types: z.optional(z.nullable(types())),
    status: z.optional(z.enum(['active', 'paused'])),
  })),
  response: WebhookView,
  problems: ['not_found'],
});

export const RemoveWebhook = operation({
  id: 'removeWebhook',
  route: 'DELETE /v1/webhooks/{webhook}',
  summary: 'Removes a webhook; its pending deliveries are not sent',
  scope: 'admin',
  params: webhookParams,
  problems: ['not_found'],
});

export const RotateWebhookSecret = operation({
  id: 'rotateWebhookSecret',
  route: 'POST /v1/webhooks/{webhook}/secret-rotation',
  summary: 'Replaces the secret; during the overlap, deliveries have a signature by each of both secrets',
  scope: 'admin',
  params: webhookParams,
  body: lazyStrictObject(() => ({
    overlapHours: z
      ._default(z.int().check(z.minimum(0), z.maximum(168)), 24)
      .check(z.describe('Hours in which the replaced secret signs, too; 0 after a leak')),
  })),
  response: WithSecret,
  problems: ['not_found'],
});
