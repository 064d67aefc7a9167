/** The email templates of drills: what a real drill asks the owner of the drill key for, and how a drill went. */
import type { AwaitedOwner, KeyNotice } from '#lib/model/notice.ts';
import { kmsCommand } from '#lib/model/shell.ts';
import { command, type EmailTemplate, type Section, text } from './email-template.ts';
import { keyName } from './key-name.ts';
import { keyTemplate } from './phrases.ts';
import { plain } from './plain.ts';
import { clockTime, moment, momentFrom } from './times.ts';

interface OwnersCall {
  readonly operation: 'disable-key' | 'enable-key';
  readonly pill: string;
  readonly lead: (awaiting: AwaitedOwner) => string;
  readonly next: string;
}

const ownersCallTemplate =
  ({ operation, pill, lead, next }: OwnersCall) =>
  (notice: KeyNotice): EmailTemplate => {
    const { awaiting, at } = notice;
    if (!awaiting) throw new Error('The notice of a drill that waits for its owner has no drill key');
    const verb = operation === 'disable-key' ? 'disable' : 'enable';
    const template = keyTemplate(
      notice,
      {
        tone: 'calm',
        pill,
        subject: `please ${verb} the drill key by ${clockTime(awaiting.until)}`,
        headline: `Please ${verb} the drill key by ${clockTime(awaiting.until)}`,
        lead: `${lead(awaiting)} Databases that serve are not affected.`,
      },
      [ownersSection(notice.about, operation, awaiting), { title: 'What happens then', lines: [text(next)] }],
    );
    return {
      ...template,
      facts: [['Drill key', awaiting.drillKeyArn], ['Until', momentFrom(awaiting.until, at)], ...template.facts],
    };
  };

const ownersSection = (drill: string, operation: OwnersCall['operation'], { drillKeyArn }: AwaitedOwner): Section => ({
  title: `To ${operation === 'disable-key' ? 'disable' : 'enable'} the drill key`,
  lines: [
    text(`Run this in account ${keyName(drillKeyArn).account}, as a principal that may administer the drill key:`),
    command(kmsCommand(operation, drillKeyArn)),
    text(`If the drill does not suit you now, abort it: POST /v1/drills/${plain(drill)}/abort`),
  ],
});

export const drillDisableTemplate = ownersCallTemplate({
  operation: 'disable-key',
  pill: 'Drill: your turn',
  lead: ({ database }) =>
    `A real drill of the key waits for you. A fork of the database ${plain(database)} is encrypted under the drill ` +
    'key, and no app uses it.',
  next:
    'Latchkey notices that the drill key is disabled, stops the fork, and asks you by another mail to enable the ' +
    'drill key again. Without your call, the drill fails.',
});

export const drillEnableTemplate = ownersCallTemplate({
  operation: 'enable-key',
  pill: 'Drill: your turn',
  lead: ({ database }) =>
    `The fork of the database ${plain(database)} is stopped, because the drill key is disabled. The drill waits for ` +
    'you to enable it again.',
  next:
    'Latchkey starts the fork, compares its data with the data before, and removes it. Without your call, the drill ' +
    'fails.',
});

export const drillFailedTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'warning',
      pill: 'Drill failed',
      subject: 'a drill of the key failed',
      headline: 'A drill of the key failed',
      lead:
        'A drill rehearses that the key is turned off, on a fork of a database. Databases that serve are not ' +
        'affected, and the fork is removed. Until a drill passes, it is not shown that turning the key off works.',
    },
    [
      {
        title: 'What you can do',
        lines: [
          text('Read in the report why it failed and what to change, then start another drill:'),
          text(`GET /v1/drills/${plain(notice.about)}`),
          text(`POST /v1/keys/${plain(notice.keyId)}/drills`),
        ],
      },
    ],
  );

export const drillOverdueTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'warning',
      pill: 'Drill overdue',
      subject: 'a scheduled drill of the key is overdue',
      headline: 'A scheduled drill of the key is overdue',
      lead:
        `The drill was due on ${moment(notice.about)}, and could not start within its window. It is tried again in ` +
        'the next window. Databases are not affected.',
    },
    [
      {
        title: 'What you can do',
        lines: [
          text('Read why it could not start, then change the schedule, or start a drill yourself:'),
          text(`GET /v1/keys/${plain(notice.keyId)}/drill-schedule`),
          text(`POST /v1/keys/${plain(notice.keyId)}/drills`),
        ],
      },
    ],
  );
