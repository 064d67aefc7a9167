/**
 * Changes of who is told: contacts of keys, and webhooks. They are a function of their own, so that no code that uses a
 * customer's key shares an instance with them, and no other operation may encrypt the secrets of webhooks.
 */
import { AddContact, ConfirmContact, contactView, RemoveContact } from '#lib/contracts/contacts.ts';
import {
  ChangeWebhook,
  CreateWebhook,
  deliveryView,
  PingWebhook,
  Redeliver,
  RemoveWebhook,
  RotateWebhookSecret,
  webhookView,
} from '#lib/contracts/webhooks.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as contacts from '#lib/wiring/contacts.ts';
import { restApi } from '#lib/wiring/rest-api.ts';
import * as webhooks from '#lib/wiring/webhooks.ts';

export const handler = restApi(() => ({ ...contactRoutes(), ...webhookRoutes() }));

function contactRoutes() {
  const add = contacts.add();
  const confirm = contacts.confirm();
  const remove = contacts.remove();
  return {
    'POST /v1/keys/{key}/contacts': route(AddContact, async (request) => contactView(await add(request))),
    'POST /v1/contacts/{contact}/confirmation': route(ConfirmContact, async (request) =>
      contactView(await confirm(request)),
    ),
    'DELETE /v1/contacts/{contact}': route(RemoveContact, async (request) => {
      await remove(request);
      return null;
    }),
  };
}

function webhookRoutes() {
  const create = webhooks.create();
  const change = webhooks.change();
  const remove = webhooks.remove();
  const rotate = webhooks.rotate();
  const ping = webhooks.ping();
  const sendAgain = webhooks.sendAgain();
  return {
    'POST /v1/webhooks': route(CreateWebhook, async (request) => {
      const { webhook, secret } = await create(request);
      return { ...webhookView(webhook), secret };
    }),
    'PATCH /v1/webhooks/{webhook}': route(ChangeWebhook, async (request) => webhookView(await change(request))),
    'DELETE /v1/webhooks/{webhook}': route(RemoveWebhook, async (request) => {
      await remove(request);
      return null;
    }),
    'POST /v1/webhooks/{webhook}/secret-rotation': route(RotateWebhookSecret, async (request) => {
      const { webhook, secret } = await rotate(request);
      return { ...webhookView(webhook), secret };
    }),
    'POST /v1/webhooks/{webhook}/pings': route(PingWebhook, async (request) => deliveryView(await ping(request))),
    'POST /v1/webhooks/{webhook}/deliveries/{delivery}/redelivery': route(Redeliver, async (request) =>
      deliveryView(await sendAgain(request)),
    ),
  };
}
