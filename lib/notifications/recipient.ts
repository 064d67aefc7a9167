/** Addresses that get mails of a team: which need no word, and which confirm first. Pure. */
import { createHash, randomBytes } from 'node:crypto';

/** What is kept of an address outside of its team's mail domains, from its one mail on. */
export interface Recipient {
  readonly id: string;
  readonly teamId: string;
  /** As it was written when the mail went out. */
  readonly email: string;
  /** ISO 8601; null until then. */
  readonly confirmedAt: string | null;
  /** SHA-256 of the code in the mail, in hex. */
  readonly codeHash: string;
  readonly attempts: number;
  /** The notice that the mail was about: no other is sent until the address confirms. */
  readonly place: string;
  /** From then on, unconfirmed, it may get one mail again (ISO 8601). */
  readonly lapsesAt: string;
  readonly version: number;
}

/** Crockford's base 32, as in every other id. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const letters = (bytes: Uint8Array, count: number): string =>
  Array.from(bytes.subarray(0, count), (byte) => alphabet[byte % alphabet.length]).join('');

/** One for all spellings that reach the same mailbox: letter case and what follows a plus sign do not count. */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.toLowerCase().split(/@(?=[^@]*$)/);
  return `${local.replace(/(?<=.)\+.*$/, '')}@${domain}`;
}

/** The same for a team and a mailbox always, so that nothing needs to be looked up by text. */
export const recipientId = (teamId: string, email: string): string =>
  `rcp_${letters(
    createHash('sha256')
      .update(`${teamId}\n${mailboxOf(email)}`)
      .digest(),
    26,
  )}`;

export const isInDomains = (email: string, domains: readonly string[]): boolean =>
  domains.includes(mailboxOf(email).split('@').at(-1) ?? '');

/** 80 random bits, in letters that survive being read out. */
export const newCode = (): string => letters(randomBytes(16), 16).replace(/(.{4})(?=.)/g, '$1-');
export const codeHash = (code: string): string => createHash('sha256').update(code.trim().toLowerCase()).digest('hex');

export const lapsesAfterDays = 30;
export const mostAttempts = 10;

/** In a day: mails of a team to addresses that have not confirmed, and notices to one recipient beside a lockout's own. */
export const dailyLimits = { unconfirmed: 50, recipient: 24 } as const;
