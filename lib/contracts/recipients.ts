/** Who gets mails: confirming an address, and the domains whose addresses need no confirmation. */
import * as z from 'zod/mini';
import type { Recipient } from '#lib/model/recipient.ts';
import type { AppRecipient } from '#lib/notifications/recipients.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

export const ConfirmRecipient = operation({
  id: 'confirmRecipient',
  method: 'POST',
  path: '/v1/recipients/{recipient}/confirmation',
  summary:
    'Confirms an address by the code in the one mail that it got; from then on it gets every mail. Needs no token',
  scope: 'public',
  body: z.strictObject({ code: printable({ max: 40 }).check(z.describe('From the mail')) }),
  answer: z.object({ id: z.string(), email: z.string(), confirmedAt: z.nullable(time) }),
});

export const recipientView = ({ id, email, confirmedAt }: Recipient) => ({ id, email, confirmedAt });

export const AppRecipientView = z.object({
  id: z.string(),
  email: z.string(),
  isConfirmed: z
    .boolean()
    .check(z.describe("Whether it gets every mail: it is in the team's mail domains, or was confirmed")),
  apps: z.array(z.string()).check(z.describe('Names of the apps that it administers')),
});

export const appRecipientView = ({ apps, ...recipient }: AppRecipient): z.infer<typeof AppRecipientView> => ({
  ...recipient,
  apps: [...apps],
});

export const ListRecipients = operation({
  id: 'listRecipients',
  method: 'GET',
  path: '/v1/recipients',
  summary: "Who the team's mails go to: the admins of its apps",
  scope: 'read',
  query: pageQuery,
  answer: pageOf(AppRecipientView),
});

const domain = z
  .string()
  .check(
    z.maxLength(253),
    z.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'A domain in lower case, such as example.com'),
  );

export const ChangeTeam = operation({
  id: 'changeTeam',
  method: 'PATCH',
  path: '/v1/operator/teams/{team}',
  summary: "Sets the mail domains of a team, whose addresses need no confirmation; an operator's token may",
  scope: 'admin',
  body: z.strictObject({ mailDomains: z.array(domain).check(z.maxLength(20)) }),
  answer: z.object({ id: z.string(), name: z.string(), mailDomains: z.array(z.string()) }),
});
