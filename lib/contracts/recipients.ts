/** Recipients of mails: the confirmation of addresses, and domains whose addresses need none. */
import * as z from 'zod/mini';
import type { Recipient } from '#lib/model/recipient.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import type { AppRecipient } from '#lib/notifications/recipients.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

export const ConfirmRecipient = operation({
  id: 'confirmRecipient',
  route: 'POST /v1/recipients/{recipient}/confirmation',
  summary: 'Confirms an address by the code in its first mail; it gets all mails from then on. Needs no token',
  scope: 'public',
  body: () => z.strictObject({ code: printable({ max: 40 }).check(z.describe('The code in the mail')) }),
  response: () => z.object({ id: z.string(), email: z.string(), confirmedAt: z.nullable(time()) }),
});

export const recipientView = ({ id, email, confirmedAt }: Recipient) => ({ id, email, confirmedAt });

export const AppRecipientView = lazyObject(() => ({
  id: z.string(),
  email: z.string(),
  isConfirmed: z
    .boolean()
    .check(z.describe("Whether the address gets all mails: it is in the team's mail domains, or was confirmed")),
  apps: z.array(z.string()).check(z.describe('Names of the apps whose admin the recipient is')),
}));

export const appRecipientView = ({ apps, ...recipient }: AppRecipient): Infer<typeof AppRecipientView> => ({
  ...recipient,
  apps: [...apps],
});

export const ListRecipients = operation({
  id: 'listRecipients',
  route: 'GET /v1/recipients',
  summary: "The recipients of the team's mails: the admins of its apps",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(AppRecipientView()),
});

const domain = lazily(() =>
  z
    .string()
    .check(
      z.maxLength(253),
      z.regex(
        /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
        'A domain in lower case, such as example.com',
      ),
    ),
);

export const ChangeTeam = operation({
  id: 'changeTeam',
  route: 'PATCH /v1/operator/teams/{team}',
  summary: "Sets the mail domains of a team, whose addresses need no confirmation; for operators' tokens only",
  scope: 'admin',
  body: () => z.strictObject({ mailDomains: z.array(domain()).check(z.maxLength(20)) }),
  response: () => z.object({ id: z.string(), name: z.string(), mailDomains: z.array(z.string()) }),
});
