/**
 * Mails: who may send, to whom, and what arrives.
 * Source: SES API v1 reference, SendEmail; SES guide, "Verified identities" and "Service quotas".
 */
import { SESClient, SendEmailCommand, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';
import { type Place, verifiedSender } from '../../test-support/targets.ts';

/** What the admin of an app gets to see. */
interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Post {
  readonly client: SESClient;
  /** Every mail that was taken. */
  mails(): Promise<readonly Mail[]>;
}

export async function connectPost({
  name,
  client: settings,
  mailsUrl,
}: Place): Promise<{ world: Post; close(): void }> {
  const client = new SESClient(settings());
  // This repository's emulator has its senders given.
  if (name !== 'aws-local') await client.send(new VerifyEmailIdentityCommand({ EmailAddress: verifiedSender }));
  const mails = async () => {
    const stored: unknown = await (await fetch(mailsUrl)).json();
    return name === 'aws-local' ? inboxOf(stored as Inbox) : outboxOf(stored as Outbox);
  };
  return { world: { client, mails }, close: () => client.destroy() };
}

interface Inbox {
  readonly emails: readonly {
    readonly from: string;
    readonly destination: { readonly to: readonly string[] };
    readonly subject: string;
    readonly body: { readonly text: string; readonly html: string };
  }[];
}
const inboxOf = ({ emails }: Inbox): Mail[] =>
  emails.map(({ from, destination: { to }, subject, body: { text, html } }) => ({ from, to, subject, text, html }));

interface Outbox {
  readonly messages: Readonly<
    Record<
      string,
      readonly { Source: string; To: readonly string[]; Subject: string; BodyText: string; BodyHtml: string }[]
    >
  >;
}
const outboxOf = ({ messages }: Outbox): Mail[] =>
  Object.values(messages)
    .flat()
    .map(({ Source: from, To: to, Subject: subject, BodyText: text, BodyHtml: html }) => ({
      from,
      to,
      subject,
      text,
      html,
    }));

interface Draft {
  readonly from?: string;
  readonly to?: readonly string[];
  readonly subject?: string;
}

const send = (
  client: SESClient,
  { from = verifiedSender, to = ['admin@example.com'], subject = 'Key disabled' }: Draft = {},
) =>
  client.send(
    new SendEmailCommand({
      Source: from,
      Destination: { ToAddresses: [...to] },
      Message: {
        Subject: { Data: subject },
        Body: { Text: { Data: 'It stops — soon.' }, Html: { Data: '<p>It stops — soon.</p>' } },
      },
    }),
  );

const many = (count: number) => Array.from({ length: count }, (_, n) => `admin${n}@example.com`);

const cases: readonly Case<Post>[] = [
  {
    name: 'SendEmail takes a mail, returns its id, and the mail arrives as it was written',
    run: async ({ client, mails }) => {
      const subject = 'Your databases stop at 12:10 – “cart”';
      const { MessageId } = await send(client, { subject });
      return [typeof MessageId, (await mails()).filter((mail) => mail.subject === subject)];
    },
    expected: [
      'string',
      [
        {
          from: verifiedSender,
          to: ['admin@example.com'],
          subject: 'Your databases stop at 12:10 – “cart”',
          text: 'It stops — soon.',
          html: '<p>It stops — soon.</p>',
        },
      ],
    ],
  },
  {
    name: 'SendEmail gives each mail an id of its own',
    run: async ({ client }) => {
      const sent = [await send(client), await send(client)];
      return new Set(sent.map(({ MessageId }) => MessageId)).size;
    },
    expected: 2,
  },
  {
    name: 'SendEmail sends to several at once',
    run: async ({ client, mails }) => {
      await send(client, { to: many(3), subject: 'to three' });
      return (await mails()).filter(({ subject }) => subject === 'to three').map(({ to }) => to);
    },
    expected: [many(3)],
  },
  {
    name: 'SendEmail takes a sender’s name beside the address',
    run: ({ client }) => refusal(send(client, { from: `Shop <${verifiedSender}>` })),
    expected: 'accepted',
  },
  {
    name: 'SendEmail refuses an unverified sender',
    run: ({ client }) => refusal(send(client, { from: 'somebody@elsewhere.example' })),
    expected: 'MessageRejected',
  },
  {
    name: 'SendEmail keeps nothing of what it refuses',
    run: async ({ client, mails }) => {
      await refusal(send(client, { from: 'somebody@elsewhere.example', subject: 'refused' }));
      return (await mails()).filter(({ subject }) => subject === 'refused').length;
    },
    expected: 0,
  },
  {
    name: 'SendEmail refuses a mail without recipients',
    run: ({ client }) => refusal(send(client, { to: [] })),
    expected: 'InvalidParameterValue',
    except: { ministack: { expected: 'accepted', aws: 'a message has at least one recipient' } },
  },
  {
    name: 'SendEmail refuses what is no address',
    run: ({ client }) => refusal(send(client, { to: ['admin'] })),
    expected: 'InvalidParameterValue',
  },
  {
    name: 'SendEmail accepts at most 50 recipients',
    run: async ({ client }) => [
      await refusal(send(client, { to: many(50) })),
      await refusal(send(client, { to: many(51) })),
    ],
    expected: ['accepted', 'InvalidParameterValue'],
    except: { ministack: { expected: ['accepted', 'accepted'], aws: 'a message has at most 50 recipients' } },
  },
];

export const mails: Contract<Post> = { service: 'SES', cases };
