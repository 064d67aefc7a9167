/** The email templates, one per kind of notice: what happened, what happens next, and what the reader can do. */

import type { LockoutNotice } from '#lib/model/notice.ts';
import type { LockoutNoticeKind } from '#lib/model/outbox-message.ts';
import { causeChangedTemplate } from './cause-changed.ts';
import { type EmailTemplate, pluralize, step, text } from './email-template.ts';
import { keyName } from './key-name.ts';
import { causeFacts, keyFacts, lockoutDuration, pastCauseFacts, remedySection } from './phrases.ts';
import { clockTime, moment, momentFrom } from './times.ts';

/** For a notice of an opened lockout that is sent after the deadline, when the databases are stopping. */
function stoppingTemplate(notice: LockoutNotice): EmailTemplate {
  const count = pluralize(notice.databases.length, 'database');
  const headline = `${count} ${notice.databases.length === 1 ? 'is' : 'are'} stopping`;
  return {
    tone: 'warning',
    pill: 'Stopping',
    subject: headline,
    headline,
    lead:
      'A key that encrypts your databases was not usable by the deadline. All services that it encrypts ' +
      'stop now, then all servers. Each service saves its data first.',
    facts: [
      ...causeFacts(notice),
      ['Deadline', momentFrom(notice.deadline, notice.at)],
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [remedySection('To bring everything back', notice)],
    databases: notice.databases,
  };
}

function openedTemplate(notice: LockoutNotice): EmailTemplate {
  if (notice.state !== 'waiting') return stoppingTemplate(notice);
  const count = pluralize(notice.databases.length, 'database');
  return {
    tone: 'warning',
    pill: 'Stopping soon',
    subject: `${count} will stop at ${clockTime(notice.deadline)}`,
    headline: `${count} will stop at ${clockTime(notice.deadline)}`,
    lead:
      'A key that encrypts your databases can no longer be used. Nothing has been stopped yet. If the key ' +
      'is still unusable at the deadline, everything that it encrypts is stopped.',
    facts: [
      ...causeFacts(notice),
      ['Deadline', momentFrom(notice.deadline, notice.at)],
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [
      remedySection('To keep everything running', notice),
      {
        title: 'What will happen at the deadline',
        lines: [
          step('The key is checked once more. If it is usable, nothing stops.'),
          step('All services stop. Each one saves its data first.'),
          step('All servers stop. Their volumes are then ciphertext that only your key decrypts.'),
          step('You get one mail that lists every stopped database, within about 20 minutes of the change of the key.'),
        ],
      },
    ],
    databases: notice.databases,
  };
}

function cancelledTemplate(notice: LockoutNotice): EmailTemplate {
  const count = pluralize(notice.databases.length, 'database');
  return {
    tone: 'calm',
    pill: 'Cancelled',
    subject: `key usable again, ${count} ${notice.databases.length === 1 ? 'keeps' : 'keep'} running`,
    headline: `${count} ${notice.databases.length === 1 ? 'keeps' : 'keep'} running`,
    lead:
      'The key is usable again, before the deadline. The shutdown is cancelled. Nothing was stopped, and ' +
      'no action is required.',
    facts: [
      ...pastCauseFacts(notice),
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ['Usable again', moment(notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [],
    databases: notice.databases,
  };
}

function stoppedTemplate(notice: LockoutNotice): EmailTemplate {
  const count = pluralize(notice.databases.length, 'database');
  return {
    tone: 'stopped',
    pill: 'Stopped',
    subject: `${count} stopped`,
    headline: `${count} ${notice.databases.length === 1 ? 'is' : 'are'} stopped`,
    lead:
      'The key stayed unusable past the deadline. All services that it encrypts were stopped, then all ' +
      'servers. Every service saved its data first: the data is intact, and cannot be read, not even by ' +
      'Latchkey, until the key is usable ' +
      `again.${notice.isUsable ? ' It is usable again: the servers start now, then the services.' : ''}`,
    facts: [
      ...causeFacts(notice),
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ['Stopped', moment(notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: notice.isUsable
      ? []
      : [
          remedySection('To bring everything back', notice),
          {
            title: 'What happens then',
            lines: [
              text(
                'The servers start, then the services. Expect about 5 minutes, and one more mail when ' +
                  'every database responds again.',
              ),
            ],
          },
        ],
    databases: notice.databases,
  };
}

function restoredTemplate(notice: LockoutNotice): EmailTemplate {
  const count = pluralize(notice.databases.length, 'database');
  return {
    tone: 'good',
    pill: 'Restored',
    subject: `${count} restored`,
    headline: `${count} ${notice.databases.length === 1 ? 'is' : 'are'} back`,
    lead:
      'The key is usable again. All servers were started, then all services, and each one responds with ' +
      'its data. No action is required: addresses and passwords are unchanged.',
    facts: [
      ...pastCauseFacts(notice),
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ['Restored', moment(notice.at)],
      ['Duration', `${lockoutDuration(notice)} from detection to restore`],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [],
    databases: notice.databases,
  };
}

const leadForLost =
  'The stored data of these databases is missing or differs from the data that was stored when they ' +
  "stopped. They are not started, and the remaining data is not overwritten. The platform's operator is " +
  'notified too. Other databases are not affected.';

const leadForHeld = (isReturning: boolean) => {
  const problem = isReturning
    ? 'The key is usable again, but some databases cannot be started.'
    : 'The key is unusable, but some databases cannot be stopped.';
  return (
    `${problem} The platform's operator is notified too. No data is deleted, and the attempts are ` +
    'repeated automatically.'
  );
};

function attentionTemplate(notice: LockoutNotice): EmailTemplate {
  const troubled = notice.databases.filter(({ trouble }) => trouble !== null);
  const databases = troubled.length > 0 ? troubled : notice.databases;
  const headline = `${pluralize(databases.length, 'database')} ${databases.length === 1 ? 'needs' : 'need'} attention`;
  const isReturning = notice.isUsable;
  const isLost = databases.length > 0 && databases.every(({ status }) => status === 'failed');
  const quote =
    `Quote the lockout ${notice.lockoutId} when you write to the operator. The list below gives the reason ` +
    'for each database.';
  return {
    tone: 'alarm',
    pill: 'Needs attention',
    subject: headline,
    headline,
    lead: isLost ? leadForLost : leadForHeld(isReturning),
    facts: [
      ...(isLost ? pastCauseFacts(notice) : causeFacts(notice)),
      ['Detected', momentFrom(notice.openedAt, notice.at)],
      ['As of', moment(notice.at)],
      ...keyFacts(keyName(notice.keyArn)),
    ],
    sections: [
      { title: 'What you can do', lines: [text(quote)] },
      ...(isReturning || isLost ? [] : [remedySection('To make the key usable again', notice)]),
    ],
    databases,
  };
}

export const lockoutTemplates: Readonly<Record<LockoutNoticeKind, (notice: LockoutNotice) => EmailTemplate>> = {
  lockout_opened: openedTemplate,
  cause_changed: causeChangedTemplate,
  lockout_cancelled: cancelledTemplate,
  databases_stopped: stoppedTemplate,
  databases_restored: restoredTemplate,
  attention_needed: attentionTemplate,
};
