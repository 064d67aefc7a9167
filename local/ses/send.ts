/**
 * SendEmail and SendRawEmail: aws-ses-v2-local reads the mail, and what it lets pass and SES does not is refused here.
 * Does not: charsets, tags, configuration sets, return paths, or SendRawEmail's Destinations (its mail goes to whom its headers name).
 */
import { createRequire } from 'node:module';
import { region } from '#local/accounts.ts';
import { AwsError, unknownOperation } from '#local/protocol.ts';
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
const handlers = new Map<string, () => Handler>([
  ['SendEmail', () => (require('aws-ses-v2-local/dist/v1/sendEmail.js') as { default: Handler }).default],
  ['SendRawEmail', () => (require('aws-ses-v2-local/dist/v1/sendRawEmail.js') as { default: Handler }).default],
]);

/** The mail to keep. Throws an `AwsError` with the query protocol's codes, as SES names them. */
export async function readMail(form: Form, verified: readonly string[]): Promise<Mail> {
  const { Action: action = '' } = form;
  const handler = handlers.get(action)?.();
  if (!handler) throw unknownOperation(action);
  if (action === 'SendEmail' && !form.Source) throw invalid("Value null at 'source' failed to satisfy constraint: Member must not be null");
  const read = await readBy(handler, form);
  const mail = action === 'SendEmail' ? { ...read, replyTo: members(form, 'ReplyToAddresses'), destination: destinationOf(form) } : read;
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

/** Lets the package read the form, and takes the mail out of its store, which is one for the whole process. */
async function readBy(handler: Handler, form: Form): Promise<Mail> {
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

/** The package reads the first of each list only. */
const members = (form: Form, list: string) =>
  Object.keys(form)
    .filter((name) => name.startsWith(`${list}.member.`))
    .flatMap((name) => form[name] ?? []);

const destinationOf = (form: Form): Mail['destination'] => ({
  to: members(form, 'Destination.ToAddresses'),
  cc: members(form, 'Destination.CcAddresses'),
  bcc: members(form, 'Destination.BccAddresses'),
});

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
      address === known || address.endsWith(`@${known}`) || (!known.includes('@') && address.endsWith(`.${known}`) && address.includes('@'))
    );
  });
}
