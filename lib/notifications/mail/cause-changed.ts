/** The mail about a key whose cause changed while it is unusable: the new cause, and the commands that fix it. */
import type { Notice } from '#lib/model/notice.ts';
import { explain } from './causes.ts';
import { keyName } from './key-name.ts';
import { counted, type Letter } from './letter.ts';
import { undo, where, why } from './phrases.ts';
import { clockTime, day, moment, momentFrom } from './times.ts';

export function causeChanged(notice: Notice): Letter {
  const { present, databases } = notice;
  const { short, danger } = explain(present);
  const news =
    present.cause === 'deletion_scheduled' && !present.isGone && present.deletionDate
      ? `, on ${day(present.deletionDate)}`
      : '';
  return {
    tone: danger ? 'alarm' : 'warning',
    pill: danger ? 'Data at risk' : 'Cause changed',
    subject: `key ${short}${news}`,
    headline: `The key ${short}${news}`,
    lead: `What keeps the key from being used has changed. ${consequence(notice, counted(databases.length, 'database'))}`,
    facts: [
      ...why(notice),
      ...(notice.state === 'waiting' ? [['Deadline', momentFrom(notice.deadline, notice.at)] as const] : []),
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ['As of', moment(notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [undo(notice.state === 'waiting' ? 'To keep everything running' : 'To bring everything back', notice)],
    databases,
  };
}

function consequence({ state, deadline, present }: Notice, count: string): string {
  const way = present.isGone ? '' : ' What was told before of how to undo it no longer holds: below is what works now.';
  if (state === 'waiting')
    return `${count} will stop at ${clockTime(deadline)} unless the key is usable again by then.${way}`;
  if (state === 'stopped') return `${count} stay stopped until the key is usable again.${way}`;
  return `${count} ${state.startsWith('starting') ? 'cannot be started' : 'are being stopped, and stay stopped'} until the key is usable again.${way}`;
}
