/**
 * SendEmail, and SendRawEmail, whose mail aws-ses-v2-local parses; refuses what SES refuses. The package takes 6 MB and
 * is loaded at the first raw mail.
 * Does not: support charsets, return paths or SendRawEmail's Destinations (the recipients are those of the headers), or
 * verify that a configuration set exists.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { AwsError, unknownOperation } from '../protocol.ts';
import type { Mail } from './mailbox.ts';

type Form = Readonly<Record<string, string>>;

interface PackageResponse {
  status(code: number): PackageResponse;
  send(body: unknown): void;
}

interface PackageStore {
  getStoreReadonly(): { emails: Mail[] };
}

type Handler = (request: { body: Form }, response: PackageResponse) => Promise<void>;

/** SendEmail, API reference: recipients of a mail, over To, Cc and Bcc. */
const maxRecipients = 50;

const require = createRequire(import.meta.url);

export interface SenderRules {
  /** Addresses and domains that may send; a domain stands for its subdomains too. */
  readonly verified: readonly string[];
  /** Named in the error of a sender that is not verified. */
  readonly region: string;
}

/** The accepted mail. Throws an `AwsError` with SES's codes. */
export async function readMail(form: Form, { verified, region }: SenderRules): Promise<Mail> {
  const mail = await parseMail(form);
  assertRecipients(mail);
  const sender = addressOf(mail.from);
  if (!isVerified(sender, verified)) {
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ` +
        mail.from,
    );
  }
  return mail;
}

function parseMail(form: Form): Mail | Promise<Mail> {
  const { Action: action = '' } = form;
  if (action === 'SendEmail') return readForm(form);
  if (action === 'SendRawEmail') return readRaw(form);
  throw unknownOperation(action);
}

function readForm(form: Form): Mail {
  const {
    Source: from,
    'Message.Subject.Data': subject,
    'Message.Body.Text.Data': text,
    'Message.Body.Html.Data': html,
  } = form;
  if (!from) throw invalid("Value null at 'source' failed to satisfy constraint: Member must not be null");
  if (!text && !html) throw invalid('Must have either a HTML or Text body.');
  if (!subject) throw invalid('Must have a subject.');
  return {
    messageId: `ses-${randomUUID()}`,
    from,
    replyTo: members(form, 'ReplyToAddresses'),
    destination: {
      to: members(form, 'Destination.ToAddresses'),
      cc: members(form, 'Destination.CcAddresses'),
      bcc: members(form, 'Destination.BccAddresses'),
    },
    subject,
    body: { text, html },
    attachments: [],
    at: Math.floor(Date.now() / 1000),
  };
}

/** The package parses the mail into a store that the whole process shares; the mail is removed from it. */
async function readRaw(form: Form): Promise<Mail> {
  const { default: handler } = require('aws-ses-v2-local/dist/v1/sendRawEmail.js') as { default: Handler };
  let status = 200;
  let sent: unknown;
  const response: PackageResponse = {
    status(code) {
      status = code;
      return response;
    },
    send(body) {
      sent = body;
    },
  };
  await handler({ body: form }, response);
  if (status !== 200) throw invalid((sent as { detail: string }).detail.replace('aws-ses-v2-local: ', ''));
  const messageId = /<MessageId>([^<]+)</.exec(String(sent))?.[1];
  const { emails } = (require('aws-ses-v2-local/dist/store.js') as PackageStore).getStoreReadonly();
  const [mail] = emails.splice(
    emails.findIndex((email) => email.messageId === messageId),
    1,
  );
  if (!mail) throw new Error('The package accepted the mail but did not store it.');
  return mail;
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

const members = (form: Form, list: string) =>
  Object.keys(form)
    .filter((name) => name.startsWith(`${list}.member.`))
    .flatMap((name) => form[name] ?? []);

function assertRecipients({ from, destination: { to, cc, bcc }, replyTo }: Mail): void {
  const recipients = [...to, ...cc, ...bcc];
  if (recipients.length === 0) throw invalid("Empty required header 'To'.");
  if (recipients.length > maxRecipients) throw invalid(`Recipient count exceeds ${maxRecipients}.`);
  for (const address of [from, ...recipients, ...replyTo]) {
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(addressOf(address))) throw invalid("Missing final '@domain'");
  }
}

/** The address in `Name <address>`. */
const addressOf = (text: string) => (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();

/** An identity is an address or a domain; a domain stands for its subdomains too. */
function isVerified(sender: string, verified: readonly string[]): boolean {
  const address = sender.toLowerCase();
  return verified.some((identity) => {
    const known = identity.toLowerCase();
    return (
      address === known ||
      address.endsWith(`@${known}`) ||
      (!known.includes('@') && address.endsWith(`.${known}`) && address.includes('@'))
    );
  });
}
