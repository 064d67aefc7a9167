/**
 * Changes of who is told: contacts of keys, and webhooks. They are a function of their own, so that no code that uses a
 * customer's key shares an instance with them, and no other operation may encrypt the secrets of webhooks.
 */
import { AddContact, ConfirmContact, contactView, RemoveContact } from '#lib/contracts/contacts.ts';
import { deliveryView, PingWebhook, Redeliver } from '#lib/contracts/webhook-deliveries.ts';
import {
  ChangeWebhook,
  CreateWebhook,
  RemoveWebhook,
  RotateWebhookSecret,
  webhookView,
} from '#lib/contracts/webhooks.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as contacts from '#lib/wiring/contacts.ts';
import { restApi } from '#lib/wiring/rest-api.ts';
import * as webhooks from '#lib/wiring/webhooks.ts';

export const handler = restApi(() => ({ ...contactRoutes(), ...webhookRoutes() }));

function contactRoutes() {
  return {
    'POST /v1/keys/{key}/contacts': route(AddContact, withView(contacts.add(), contactView)),
    'POST /v1/contacts/{contact}/confirmation': route(ConfirmContact, withView(contacts.confirm(), contactView)),
    'DELETE /v1/contacts/{contact}': route(RemoveContact, contacts.remove()),
  };
}

function webhookRoutes() {
  const create = webhooks.create();
  const rotate = webhooks.rotate();
  return {
    'POST /v1/webhooks': route(CreateWebhook, async (request) => {
      const { webhook, secret } = await create(request);
      return { ...webhookView(webhook), secret };
    }),
    'PATCH /v1/webhooks/{webhook}': route(ChangeWebhook, withView(webhooks.change(), webhookView)),
    'DELETE /v1/webhooks/{webhook}': route(RemoveWebhook, webhooks.remove()),
    'POST /v1/webhooks/{webhook}/secret-rotation': route(RotateWebhookSecret, async (request) => {
      const { webhook, secret } = await rotate(request);
      return { ...webhookView(webhook), secret };
    }),
    'POST /v1/webhooks/{webhook}/pings': route(PingWebhook, withView(webhooks.ping(), deliveryView)),
    'POST /v1/webhooks/{webhook}/deliveries/{delivery}/redelivery': route(
      Redeliver,
      withView(webhooks.sendAgain(), deliveryView),
    ),
  };
}
