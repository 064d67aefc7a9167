/**
 * The events of mails to SES's mailbox simulator, which a configuration set sends to EventBridge: bounces and
 * complaints. A label after a plus sign is allowed, as in `bounce+1@simulator.amazonses.com`. Sources: SES developer
 * guide, "Using the mailbox simulator manually" and "Contents of event data that Amazon SES publishes".
 * Does not: publish other events (sends, deliveries, opens, rejects), support event destinations of configuration sets
 * (each set publishes to the `default` bus), or maintain a suppression list.
 */
import { randomUUID } from 'node:crypto';
import type { Mail } from './mailbox.ts';

export interface SesEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Email Bounced' | 'Email Complaint Received';
  readonly source: 'aws.ses';
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The properties of a mail besides its content. */
export interface Sending {
  /** Without one (null), there are no events. */
  readonly configurationSet: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
}

const simulatorAddress = /^(bounce|suppressionlist|complaint)(?:\+[^@]*)?@simulator\.amazonses\.com$/i;

/** One event for all bounces, and one for all complaints. */
export function eventsOf(mail: Mail, sending: Sending, at: Date): SesEvent[] {
  if (sending.configurationSet === null) return [];
  const { to, cc, bcc } = mail.destination;
  const affected = [...to, ...cc, ...bcc].flatMap((address) => {
    const kind = simulatorAddress.exec(address)?.[1]?.toLowerCase();
    return kind ? [{ kind: kind === 'complaint' ? ('complaint' as const) : ('bounce' as const), address }] : [];
  });
  return (['bounce', 'complaint'] as const).flatMap((kind) => {
    const addresses = affected.filter((each) => each.kind === kind).map(({ address }) => address);
    return addresses.length > 0 ? [eventOf(kind, addresses, { mail, sending, at })] : [];
  });
}

interface Sent {
  readonly mail: Mail;
  readonly sending: Sending;
  readonly at: Date;
}

function eventOf(kind: 'bounce' | 'complaint', addresses: readonly string[], { mail, sending, at }: Sent): SesEvent {
  const timestamp = at.toISOString();
  const recipients = addresses.map((emailAddress) => ({ emailAddress }));
  const outcome =
    kind === 'bounce'
      ? {
          eventType: 'Bounce',
          bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: recipients, timestamp },
        }
      : {
          eventType: 'Complaint',
          complaint: { complainedRecipients: recipients, complaintFeedbackType: 'abuse', timestamp },
        };
  const tags = {
    'ses:configuration-set': [sending.configurationSet],
    ...Object.fromEntries(Object.entries(sending.tags).map(([name, value]) => [name, [value]])),
  };
  const { messageId, from: source, destination } = mail;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': kind === 'bounce' ? 'Email Bounced' : 'Email Complaint Received',
    source: 'aws.ses',
    account: sending.account,
    time: timestamp.replace(/\.\d+Z$/, 'Z'),
    region: sending.region,
    resources: [`arn:aws:ses:${sending.region}:${sending.account}:configuration-set/${sending.configurationSet ?? ''}`],
    detail: { ...outcome, mail: { timestamp, messageId, source, destination: destination.to, tags } },
  };
}

type Form = Readonly<Record<string, string>>;

/** `form` is the request of SendEmail or SendRawEmail. */
export function sendingOf(form: Form, sender: Pick<Sending, 'account' | 'region'>): Sending {
  const numbers = Object.keys(form).flatMap((name) => /^Tags\.member\.(\d+)\.Name$/.exec(name)?.[1] ?? []);
  const tags = Object.fromEntries(
    numbers.map((number) => [form[`Tags.member.${number}.Name`] ?? '', form[`Tags.member.${number}.Value`] ?? '']),
  );
  return { configurationSet: form.ConfigurationSetName || null, tags, ...sender };
}
