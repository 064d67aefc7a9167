/** What several letters say in the same words. */
import type { Notice } from '../notice.ts';
import { causes, remedy } from './causes.ts';
import { type KeyName, keyName } from './key-name.ts';
import { type Letter, type Section, text } from './letter.ts';
import { duration } from './times.ts';

type Facts = Letter['facts'];

export const where = ({ arn, account, region }: KeyName): Facts => [
  ['Key', arn],
  ['Account', `${account}, ${region}`],
];

export const why = ({ cause }: Notice): Facts => {
  const { words, danger } = causes[cause];
  return [['Cause', words], ...(danger ? [['Careful', danger] as const] : [])];
};

export const was = ({ cause }: Notice): Facts => [['It was', causes[cause].words]];

/** How to make the key usable again, under a title that says what for. */
export function undo(title: string, { cause, keyArn }: Notice): Section {
  const key = keyName(keyArn);
  return { title, lines: [text(`Run this in account ${key.account}, as somebody who may administer the key:`), ...remedy(cause, key)] };
}

/** How long the lockout took, from noticing to the mail. */
export const lasted = (notice: Notice): string => duration((Date.parse(notice.at) - Date.parse(notice.openedAt)) / 1000);
