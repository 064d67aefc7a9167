/** Recipients of a team's mails: addresses in the team's mail domains need no confirmation, all others do. Pure. */
import { createHash, randomBytes } from 'node:crypto';
import type { Kind } from './ids.ts';

/**
 * An address outside of its team's mail domains, stored when its first mail is sent; an address inside of them is
 * stored once a mail to it bounced.
 */
export interface Recipient {
  readonly id: string;
  readonly teamId: string;
  /** The spelling that the mail was sent to. */
  readonly email: string;
  /** ISO 8601; null until then. */
  readonly confirmedAt: string | null;
  /** SHA-256 of the code in the mail, in hex. */
  readonly codeHash: string;
  /** The notice that the mail was about. No other mail is sent until the address confirms. */
  readonly place: string;
  /** ISO 8601. After this time an unconfirmed address may get one mail again. */
  readonly lapsesAt: string;
  /**
   * When a mail to the address bounced (ISO 8601); null, or not set, otherwise. It gets no notice until it confirms.
   */
  readonly bouncedAt?: string | null;
  readonly version: number;
}

/** Crockford's base 32, as in all ids. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const letters = (bytes: Uint8Array, count: number): string =>
  Array.from(bytes.subarray(0, count), (byte) => alphabet[byte % alphabet.length]).join('');

/**
 * Normalises an address: spellings that differ in letter case or in the part after a plus sign reach the same mailbox.
 */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.toLowerCase().split(/@(?=[^@]*$)/);
  return `${local.replace(/(?<=.)\+.*$/, '')}@${domain}`;
}

/** An id that follows from what it names. */
export const hashedId = (kind: Kind, named: string): string =>
  `${kind}_${letters(createHash('sha256').update(named).digest(), 26)}`;

/** Derived from the team and the mailbox, so that a recipient is found without an index on addresses. */
export const recipientId = (teamId: string, email: string): string => hashedId('rcp', `${teamId}\n${mailboxOf(email)}`);

export const isInDomains = (email: string, domains: readonly string[]): boolean =>
  domains.includes(mailboxOf(email).split('@').at(-1) ?? '');

/** 80 random bits, in letters and digits that are not confused with each other. */
export const newCode = (): string => letters(randomBytes(16), 16).replace(/(.{4})(?=.)/g, '$1-');
export const codeHash = (code: string): string => createHash('sha256').update(code.trim().toLowerCase()).digest('hex');

export const lapsesAfterDays = 30;

/**
 * Per day: a team's mails to unconfirmed addresses; changes of a cause to one recipient, and as many warnings of keys.
 */
export const dailyLimits = { unconfirmed: 50, recipient: 24 } as const;

export interface MailDomains {
  readonly domains: readonly string[];
  readonly version: number;
}

export interface OnlyMail {
  readonly teamId: string;
  readonly email: string;
  readonly codeHash: string;
  readonly place: string;
  /** Kept until the address confirms. */
  readonly bouncedAt: string | null;
}

/** `what` names the counter, in a text of bounded length. */
export interface DailyCount {
  readonly teamId: string;
  readonly what: string;
  readonly limit: number;
}
