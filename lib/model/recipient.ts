/** Recipients of a team's mails: addresses in the team's mail domains need no confirmation, all others do. Pure. */
import { createHash, randomBytes } from 'node:crypto';

/** An address outside of its team's mail domains, stored when its first mail is sent. */
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

/** Derived from the team and the mailbox, so that a recipient is found without an index on addresses. */
export const recipientId = (teamId: string, email: string): string =>
  `rcp_${letters(
    createHash('sha256')
      .update(`${teamId}\n${mailboxOf(email)}`)
      .digest(),
    26,
  )}`;

export const isInDomains = (email: string, domains: readonly string[]): boolean =>
  domains.includes(mailboxOf(email).split('@').at(-1) ?? '');

/** 80 random bits, in letters and digits that are not confused with each other. */
export const newCode = (): string => letters(randomBytes(16), 16).replace(/(.{4})(?=.)/g, '$1-');
export const codeHash = (code: string): string => createHash('sha256').update(code.trim().toLowerCase()).digest('hex');

export const lapsesAfterDays = 30;

/** Per day: a team's mails to unconfirmed addresses, and changes of a cause to one recipient. */
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
}

/** `what` names the counter, in a text of bounded length. */
export interface DailyCount {
  readonly teamId: string;
  readonly what: string;
  readonly limit: number;
}
