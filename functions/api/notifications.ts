/**
 * Changes of who is told about keys. They are a function of their own, so that no code that uses a customer's key shares
 * an instance with them.
 */
import { AddContact, ConfirmContact, contactView, RemoveContact } from '#lib/contracts/contacts.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as contacts from '#lib/wiring/contacts.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
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
});
