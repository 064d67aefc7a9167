/** What several letters say in the same words. */
import type { Notice } from '#lib/model/notice.ts';
import { explain, openingWords, remedy } from './causes.ts';
import { type KeyName, keyName } from './key-name.ts';
import { type Letter, type Section, text } from './letter.ts';
import { duration, momentFrom } from './times.ts';

type Facts = Letter['facts'];

export const where = ({ arn, account, region }: KeyName): Facts => [
  ['Key', arn],
  ['Account', `${account}, ${region}`],
];

/** The present cause, the deletion date, and the cause that opened the lockout if it differs. */
export function why({ present, openedBy, isUsable, at }: Notice): Facts {
  if (isUsable) return [['It was', explain(present).words]];
  const { words, danger } = explain(present);
  return [
    ['Cause', words],
    ...(present.deletionDate && !present.isGone ? [['Deleted on', momentFrom(present.deletionDate, at)] as const] : []),
    ...(danger ? [['Careful', danger] as const] : []),
    ...(openedBy === present.cause ? [] : [['At first', openingWords(openedBy)] as const]),
  ];
}

export const was = ({ present }: Notice): Facts => [['It was', explain(present).words]];

/** The steps that make the key usable again; for a key that is usable already, a note that nothing is left to do. */
export function undo(title: string, { present, keyArn, isUsable, statements }: Notice): Section {
  if (isUsable) {
    return {
      title: 'What happens next',
      lines: [
        text(
          'The key is usable again, so there is nothing to do. What runs at the moment is ended, then everything is started.',
        ),
      ],
    };
  }
  const key = keyName(keyArn);
  const who = text(`Run this in account ${key.account}, as somebody who may administer the key:`);
  return { title, lines: [who, ...remedy({ arn: keyArn, present, statements })] };
}

/** How long the lockout took, from noticing to the mail. */
export const lasted = (notice: Notice): string =>
  duration((Date.parse(notice.at) - Date.parse(notice.openedAt)) / 1000);
