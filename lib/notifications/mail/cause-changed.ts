/** The mail about an unusable key whose cause changed. */
import { causeText } from '#lib/model/cause-text.ts';
import type { LockoutNotice } from '#lib/model/notice.ts';
import { dangerOf } from './causes.ts';
import { type EmailTemplate, pluralize } from './email-template.ts';
import { keyName } from './key-name.ts';
import { causeFacts, keyFacts, remedySection } from './phrases.ts';
import { clockTime, day, moment, momentFrom } from './times.ts';

export function causeChangedTemplate(notice: LockoutNotice): EmailTemplate {
  const { present, databases } = notice;
  const { predicate } = causeText(present);
  const danger = dangerOf(present);
  const date =
    present.cause === 'deletion_scheduled' && !present.isGone && present.deletionDate
      ? `, on ${day(present.deletionDate)}`
      : '';
  return {
    tone: danger ? 'alarm' : 'warning',
    pill: danger ? 'Data at risk' : 'Cause changed',
    subject: `key ${predicate}${date}`,
    headline: `The key ${predicate}${date}`,
    lead:
      'The reason why the key is unusable has changed. ' +
      `${consequence(notice, pluralize(databases.length, 'database'))}`,
    facts: [
      ...causeFacts(notice),
      ...(notice.state === 'waiting' ? [['Deadline', momentFrom(notice.deadline, notice.at)] as const] : []),
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ['As of', moment(notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [
      remedySection(notice.state === 'waiting' ? 'To keep everything running' : 'To bring everything back', notice),
    ],
    databases,
  };
}

function consequence({ state, deadline, present }: LockoutNotice, count: string): string {
  const instructions = present.isGone ? '' : ' Earlier instructions no longer apply: use those below.';
  if (state === 'waiting')
    return `${count} will stop at ${clockTime(deadline)} unless the key is usable again by then.${instructions}`;
  if (state === 'stopped') return `${count} stay stopped until the key is usable again.${instructions}`;
  const effect = state.startsWith('starting') ? 'cannot be started' : 'are being stopped, and stay stopped';
  return `${count} ${effect} until the key is usable again.${instructions}`;
}
