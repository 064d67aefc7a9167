/** The contacts of a key: who gets its notices besides the admins of its apps. */
import * as z from 'zod/mini';
import { type ContactState, isReachable, maxContacts } from '#lib/model/contact.ts';
import { type Infer, lazyObject } from '#lib/model/schema.ts';
import { email, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

export const ContactView = lazyObject(() => ({
  id: z.string(),
  key: z.string().check(z.describe("The key's id")),
  email: z.string(),
  isConfirmed: z
    .boolean()
    .check(
      z.describe(
        "Whether the contact gets the key's notices: its address is in the team's mail domains or was confirmed, " +
          'and its mails do not bounce',
      ),
    ),
  confirmedAt: z.nullable(time()).check(z.describe('When the code in its mail was confirmed')),
  bouncedAt: z
    .nullable(time())
    .check(z.describe('When a mail to the address bounced; it gets no notice until it is confirmed again')),
  createdAt: time(),
}));

export const contactView = (state: ContactState): Infer<typeof ContactView> => ({
  id: state.contact.id,
  key: state.contact.keyId,
  email: state.contact.email,
  isConfirmed: isReachable(state),
  confirmedAt: state.recipient?.confirmedAt ?? null,
  bouncedAt: state.recipient?.bouncedAt ?? null,
  createdAt: state.contact.createdAt,
});

export const ListContacts = operation({
  id: 'listContacts',
  route: 'GET /v1/keys/{key}/contacts',
  summary: "Who gets the notices of the key besides the admins of its apps, as its owner's security team",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(ContactView()),
});

export const AddContact = operation({
  id: 'addContact',
  route: 'POST /v1/keys/{key}/contacts',
  summary:
    `Adds a contact, ${maxContacts} a key at most. An address outside of the team's mail domains gets one mail with ` +
    'a code, and nothing else until it is confirmed. Adding a contact again returns it; if its mails bounced, it is ' +
    'asked to confirm again',
  scope: 'write',
  body: () => z.strictObject({ email: email() }),
  response: ContactView,
  status: 201,
  problems: ['quota_exceeded'],
});

export const ConfirmContact = operation({
  id: 'confirmContact',
  route: 'POST /v1/contacts/{contact}/confirmation',
  summary:
    "Confirms a contact's address by the code in its mail; from then on it gets the key's notices. Needs no token",
  scope: 'public',
  body: () => z.strictObject({ code: printable({ max: 40 }).check(z.describe('The code in the mail')) }),
  response: ContactView,
});

export const RemoveContact = operation({
  id: 'removeContact',
  route: 'DELETE /v1/contacts/{contact}',
  summary: 'Removes a contact, which gets no further notices of the key',
  scope: 'write',
});
