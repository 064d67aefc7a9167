/**
 * SendEmail, a form, and SendRawEmail, whose mail aws-ses-v2-local reads; what SES does not let pass is refused here.
 * The package is loaded with the first raw mail: it takes 6 MB.
 * Does not: charsets, return paths, verify that a configuration set exists, or SendRawEmail's Destinations (its mail
 * goes to whom its headers name).
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { AwsError, unknownOperation } from '../protocol.ts';
import type { Mail } from './mailbox.ts';

type Form = Readonly<Record<string, string>>;

interface Answering {
  status(code: number): Answering;
  send(body: unknown): void;
}

interface PackageStore {
  getStoreReadonly(): { emails: Mail[] };
}

type Handler = (request: { body: Form }, response: Answering) => Promise<void>;

/** SendEmail, API reference: recipients of a mail, over To, Cc and Bcc. */
const maxRecipients = 50;

const require = createRequire(import.meta.url);

export interface SenderRules {
  /** Addresses and domains that may send; a domain stands for its subdomains too. */
  readonly verified: readonly string[];
  /** Named in the error of a sender that is not verified. */
  readonly region: string;
}

/** The mail to keep. Throws an `AwsError` with the query protocol's codes, as SES names them. */
export async function readMail(form: Form, { verified, region }: SenderRules): Promise<Mail> {
  const mail = await readBy(form);
  checkRecipients(mail);
  const sender = addressOf(mail.from);
  if (!isVerified(sender, verified)) {
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${mail.from}`,
    );
  }
  return mail;
}

function readBy(form: Form): Mail | Promise<Mail> {
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

/** Lets the package parse the form, and takes the mail out of its store, which the whole process shares. */
async function readRaw(form: Form): Promise<Mail> {
  const { default: handler } = require('aws-ses-v2-local/dist/v1/sendRawEmail.js') as { default: Handler };
  let status = 200;
  let answer: unknown;
  const response: Answering = {
    status(code) {
      status = code;
      return response;
    },
    send(body) {
      answer = body;
    },
  };
  await handler({ body: form }, response);
  if (status !== 200) throw invalid((answer as { detail: string }).detail.replace('aws-ses-v2-local: ', ''));
  const messageId = /<MessageId>([^<]+)</.exec(String(answer))?.[1];
  const { emails } = (require('aws-ses-v2-local/dist/store.js') as PackageStore).getStoreReadonly();
  const [mail] = emails.splice(
    emails.findIndex((email) => email.messageId === messageId),
    1,
  );
  if (!mail) throw new Error('The mail was accepted and not stored.');
  return mail;
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

const members = (form: Form, list: string) =>
  Object.keys(form)
    .filter((name) => name.startsWith(`${list}.member.`))
    .flatMap((name) => form[name] ?? []);

function checkRecipients({ from, destination: { to, cc, bcc }, replyTo }: Mail): void {
  const recipients = [...to, ...cc, ...bcc];
  if (recipients.length === 0) throw invalid("Empty required header 'To'.");
  if (recipients.length > maxRecipients) throw invalid(`Recipient count exceeds ${maxRecipients}.`);
  for (const address of [from, ...recipients, ...replyTo]) {
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(addressOf(address))) throw invalid("Missing final '@domain'");
  }
}

/** Of `Name <address>` the address. */
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
