/** Compares the mails in the inbox with those that the story promises. */

import type { Mail } from './inbox.ts';
import { check } from './stage.ts';

/** Mails of one kind to one address. */
export interface PromisedMails {
  /** As in "a warning that a database will stop". */
  readonly what: string;
  readonly to: string;
  /** Matches the subject of each, and of no other mail to the address. */
  readonly subject: RegExp;
  readonly count: number;
}

/** Throws a `DemoFailure` that names the first kind with another count, or the first mail that was not promised. */
export function checkMails(mails: readonly Pick<Mail, 'to' | 'subject'>[], promised: readonly PromisedMails[]): void {
  const isOf =
    ({ to, subject }: PromisedMails) =>
    (mail: (typeof mails)[number]) =>
      mail.to.join() === to && subject.test(mail.subject);
  for (const kind of promised) {
    const found = mails.filter(isOf(kind)).length;
    check(found === kind.count, `There are ${found} mails to ${kind.to} of this kind: ${kind.what}.`);
  }
  const other = mails.find((mail) => !promised.some((kind) => isOf(kind)(mail)));
  check(!other, `There is a mail to ${other?.to.join()} that is not expected: ${other?.subject}`);
}

/** `5 to admin@example.com: a warning, …`, a line per address. */
export function mailsInWords(promised: readonly PromisedMails[]): string {
  const addresses = [...new Set(promised.map(({ to }) => to))];
  return addresses
    .map((address) => {
      const own = promised.filter(({ to }) => to === address);
      const words = own.map(({ what, count }) => (count === 1 ? what : `${count} × ${what}`));
      return `${countOf(own)} to ${address}: ${words.join(', ')}`;
    })
    .join('\n');
}

export const countOf = (promised: readonly PromisedMails[]): number =>
  promised.reduce((sum, { count }) => sum + count, 0);
