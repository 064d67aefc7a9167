/** Sections and facts that several email templates share. */
import { causeText } from '#lib/model/cause-text.ts';
import type { KeyNotice, LockoutNotice } from '#lib/model/notice.ts';
import { dangerOf, describeCause, remedyLines } from './causes.ts';
import { type EmailTemplate, type Section, text } from './email-template.ts';
import { type KeyName, keyName } from './key-name.ts';
import { duration, moment, momentFrom } from './times.ts';

type Facts = EmailTemplate['facts'];

export const keyFacts = ({ arn, account, region }: KeyName): Facts => [
  ['Key', arn],
  ['Account', `${account}, ${region}`],
];

type Words = Pick<EmailTemplate, 'tone' | 'pill' | 'subject' | 'headline' | 'lead'>;

/** A mail about a key without a lockout. */
export const keyTemplate = (notice: KeyNotice, words: Words, sections: readonly Section[] = []): EmailTemplate => ({
  ...words,
  facts: [['As of', moment(notice.at)], ...keyFacts(keyName(notice.keyArn))],
  sections,
  databases: notice.databases,
});

/** The present cause, the deletion date, and the cause that opened the lockout if it differs. */
export function causeFacts({ present, openedBy, isUsable, at }: LockoutNotice): Facts {
  if (isUsable) return [['It was', causeText(present).sentence]];
  const danger = dangerOf(present);
  return [
    ['Cause', causeText(present).sentence],
    ...(present.deletionDate && !present.isGone ? [['Deleted on', momentFrom(present.deletionDate, at)] as const] : []),
    ...(danger ? [['Warning', danger] as const] : []),
    ...(openedBy === present.cause ? [] : [['At first', describeCause(openedBy)] as const]),
  ];
}

export const pastCauseFacts = ({ present }: LockoutNotice): Facts => [['It was', causeText(present).sentence]];

/** The steps that make the key usable again; for a key that is usable already, a note that nothing is left to do. */
export function remedySection(title: string, { present, keyArn, isUsable, statements }: LockoutNotice): Section {
  if (isUsable) {
    return {
      title: 'What happens next',
      lines: [
        text('The key is usable again. No action is required: the current phase completes, then all databases start.'),
      ],
    };
  }
  const key = keyName(keyArn);
  const instruction = text(`Run this in account ${key.account}, as a principal that may administer the key:`);
  return { title, lines: [instruction, ...remedyLines({ arn: keyArn, present, statements })] };
}

/** From the detection of the lockout to the mail. */
export const lockoutDuration = (notice: LockoutNotice): string =>
  duration((Date.parse(notice.at) - Date.parse(notice.openedAt)) / 1000);
