/** The email templates before a date: the deletion of a key, and the expiry of its imported material. */
import type { KeyNotice } from '#lib/model/notice.ts';
import type { DateKind } from '#lib/model/warnings/dates.ts';
import { remedyLines } from './causes.ts';
import { type EmailTemplate, pluralize, type Section, text } from './email-template.ts';
import { keyName } from './key-name.ts';
import { keyFacts } from './phrases.ts';
import { day, duration, moment, momentFrom } from './times.ts';

const dayMs = 86_400_000;

/** For example `in 7 days`, or `in 3 hours 20 minutes` on the last day. */
function timeLeft(date: string, at: string): string {
  const ms = Date.parse(date) - Date.parse(at);
  return `in ${ms < dayMs ? duration(ms / 1000) : pluralize(Math.round(ms / dayMs), 'day')}`;
}

const words = {
  deletion: {
    happens: 'is deleted',
    label: 'Deleted on',
    loss:
      'Once KMS deletes the key, everything that it encrypts is permanently lost: databases, and backups too. Nobody ' +
      'can undo that, neither AWS nor Latchkey.',
    title: 'To keep the key',
    withdrawn: 'The key is not deleted',
    withdrawnLead: 'Its deletion was cancelled. KMS leaves such a key disabled until somebody enables it.',
  },
  expiry: {
    happens: 'loses its imported material',
    label: 'Expires on',
    loss:
      'Once the material expires, KMS deletes it and the key is unusable. Only the same material opens the data ' +
      'again: make sure that you still have it.',
    title: 'To import the same material again, which replaces the expiry date',
    withdrawn: 'The imported material does not expire',
    withdrawnLead: 'It was imported again without an expiry date.',
  },
} as const;

const remedies: Readonly<Record<DateKind, (notice: KeyNotice) => Section>> = {
  deletion: (notice) => remedy(notice, 'deletion_scheduled', words.deletion.title),
  expiry: (notice) => remedy(notice, 'material_expired', words.expiry.title),
};

const remedy = (
  { keyArn, statements }: KeyNotice,
  cause: 'deletion_scheduled' | 'material_expired',
  title: string,
): Section => ({
  title,
  lines: [
    text(`Run this in account ${keyName(keyArn).account}, as a principal that may administer the key:`),
    ...remedyLines({ arn: keyArn, present: { cause, deletionDate: null, isGone: false }, statements }),
  ],
});

export const dateTemplate =
  (kind: DateKind) =>
  (notice: KeyNotice): EmailTemplate => {
    const { happens, label, loss } = words[kind];
    const date = notice.date ?? notice.at;
    return {
      tone: 'alarm',
      pill: 'Data at risk',
      subject: `key ${happens} ${timeLeft(date, notice.at)}, on ${day(date)}`,
      headline: `The key ${happens} ${timeLeft(date, notice.at)}`,
      lead: loss,
      facts: [[label, momentFrom(date, notice.at)], ['As of', moment(notice.at)], ...keyFacts(keyName(notice.keyArn))],
      sections: [remedies[kind](notice)],
      databases: notice.databases,
    };
  };

/** Also for a date that moved so far that no warning is due yet. */
export const dateWithdrawnTemplate =
  (kind: DateKind) =>
  (notice: KeyNotice): EmailTemplate => {
    const { date, at } = notice;
    const { label, withdrawn, withdrawnLead, happens } = words[kind];
    return {
      tone: 'good',
      pill: 'Withdrawn',
      subject: date === null ? withdrawn.toLowerCase() : `key ${happens} later, on ${day(date)}`,
      headline: date === null ? withdrawn : `The key ${happens} later, on ${day(date)}`,
      lead: `The earlier warning does not apply any more. ${date === null ? withdrawnLead : 'The date was moved.'}`,
      facts: [
        ...(date === null ? [] : [[label, momentFrom(date, at)] as const]),
        ['As of', moment(at)],
        ...keyFacts(keyName(notice.keyArn)),
      ],
      sections: [],
      databases: notice.databases,
    };
  };
