/**
 * Contacts: recipients of a key's notices besides the admins of its apps, such as its owner's security team. Pure.
 */
import { hashedId, isInDomains, mailboxOf, type Recipient } from './recipient.ts';

export interface Contact {
  readonly id: string;
  readonly teamId: string;
  readonly keyId: string;
  readonly email: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly version: number;
}

/** A contact with what decides whether it gets mails. */
export interface ContactState {
  readonly contact: Contact;
  /** Whether the address is in the team's mail domains, which need no confirmation. */
  readonly isOwn: boolean;
  /** Null for an address that was never stored as a recipient. */
  readonly recipient: Recipient | null;
}

/** The most contacts of a key: a notice to all of them is one batch. */
export const maxContacts = 20;

/** Derived from the key and the mailbox, so that a key has each mailbox once. */
export const contactId = (teamId: string, keyId: string, email: string): string =>
  hashedId('con', `${teamId}\n${keyId}\n${mailboxOf(email)}`);

/** Whether the contact gets the notices of its key. */
export const isReachable = ({ isOwn, recipient }: Pick<ContactState, 'isOwn' | 'recipient'>): boolean =>
  !recipient?.bouncedAt && (isOwn || Boolean(recipient?.confirmedAt));

/** Joins contacts with the recipients that are stored of their addresses. */
export function contactStates(
  contacts: readonly Contact[],
  recipients: readonly Recipient[],
  domains: readonly string[],
): ContactState[] {
  const byMailbox = new Map(recipients.map((recipient) => [mailboxOf(recipient.email), recipient]));
  return contacts.map((contact) => ({
    contact,
    isOwn: isInDomains(contact.email, domains),
    recipient: byMailbox.get(mailboxOf(contact.email)) ?? null,
  }));
}

/** The address of a sender such as `Latchkey <latchkey@example.com>`. */
export const senderAddress = (sender: string): string => (/<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender).trim();
