/** The accepted mails, in memory and in a journal. A mail is journalled before it is acknowledged. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal, startJournal } from '../journal.ts';

/** A mail as aws-ses-v2-local stores and shows it. */
export interface Mail {
  readonly messageId: string;
  readonly from: string;
  readonly replyTo: readonly string[];
  readonly destination: {
    readonly to: readonly string[];
    readonly cc: readonly string[];
    readonly bcc: readonly string[];
  };
  readonly subject: string;
  readonly body: { readonly html?: string | undefined; readonly text?: string | undefined };
  readonly attachments: readonly unknown[];
  /** Seconds since the epoch. */
  readonly at: number;
}

export interface Mailbox {
  readonly mails: readonly Mail[];
  add(mail: Mail): void;
  clear(): void;
  close(): void;
}

export function openMailbox(dir: string): Mailbox {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'inbox.jsonl');
  const mails = readJournal<Mail>(path);
  let journal = startJournal(path, mails);
  return {
    mails,
    add(mail) {
      journal.append(mail);
      mails.push(mail);
    },
    clear() {
      journal.close();
      journal = startJournal(path, []);
      mails.length = 0;
    },
    close: () => journal.close(),
  };
}
