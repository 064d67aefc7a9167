/** The letters, one per fact: what happened, what follows, what the reader can do. */

import type { Notice } from '#lib/model/notice.ts';
import type { NoticeKind } from '#lib/model/outbox-message.ts';
import { causeChanged } from './cause-changed.ts';
import { keyName } from './key-name.ts';
import { counted, type Letter, step, text } from './letter.ts';
import { lasted, undo, was, where, why } from './phrases.ts';
import { clockTime, moment, momentFrom } from './times.ts';

/** For a notice of an opened lockout that is sent after the deadline, when the databases are stopping. */
function stopping(notice: Notice): Letter {
  const are = `${counted(notice.databases.length, 'database')} ${notice.databases.length === 1 ? 'is' : 'are'} stopping`;
  return {
    tone: 'warning',
    pill: 'Stopping',
    subject: are,
    headline: are,
    lead: 'A key that encrypts your databases could not be used until the deadline. All services that it encrypts stop now, then all servers. Each service saves its data first.',
    facts: [
      ...why(notice),
      ['Deadline', momentFrom(notice.deadline, notice.at)],
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [undo('To bring everything back', notice)],
    databases: notice.databases,
  };
}

function opened(notice: Notice): Letter {
  if (notice.state !== 'waiting') return stopping(notice);
  const count = counted(notice.databases.length, 'database');
  return {
    tone: 'warning',
    pill: 'Stopping soon',
    subject: `${count} will stop at ${clockTime(notice.deadline)}`,
    headline: `${count} will stop at ${clockTime(notice.deadline)}`,
    lead: 'A key that encrypts your databases can no longer be used. Nothing has been touched yet. If the key is still unusable at the deadline, everything that it encrypts is stopped.',
    facts: [
      ...why(notice),
      ['Deadline', momentFrom(notice.deadline, notice.at)],
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [
      undo('To keep everything running', notice),
      {
        title: 'What will happen at the deadline',
        lines: [
          step('The key is checked once more. If it is usable, nothing stops.'),
          step('All services stop. Each one saves its data first.'),
          step('All servers stop. Their volumes are then ciphertext that only your key opens.'),
          step(
            'You get one mail that names every stopped database. Expect it within about 20 minutes of the change of the key.',
          ),
        ],
      },
    ],
    databases: notice.databases,
  };
}

function cancelled(notice: Notice): Letter {
  const count = counted(notice.databases.length, 'database');
  return {
    tone: 'calm',
    pill: 'Cancelled',
    subject: `key usable again, ${count} ${notice.databases.length === 1 ? 'keeps' : 'keep'} running`,
    headline: `${count} ${notice.databases.length === 1 ? 'keeps' : 'keep'} running`,
    lead: 'The key is usable again, before the deadline. The shutdown is cancelled. Nothing was stopped and there is nothing to do.',
    facts: [
      ...was(notice),
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ['Back', moment(notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [],
    databases: notice.databases,
  };
}

function stopped(notice: Notice): Letter {
  const count = counted(notice.databases.length, 'database');
  return {
    tone: 'stopped',
    pill: 'Stopped',
    subject: `${count} stopped`,
    headline: `${count} ${notice.databases.length === 1 ? 'is' : 'are'} stopped`,
    lead: `The key stayed unusable past the deadline. All services that it encrypts were stopped, then all servers. Every service saved its data first: the data is intact, and nobody can read it, us included, until the key is usable again.${notice.isUsable ? ' It is usable again: the servers start now, then the services.' : ''}`,
    facts: [
      ...why(notice),
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ['Stopped', moment(notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: notice.isUsable
      ? []
      : [
          undo('To bring everything back', notice),
          {
            title: 'What happens then',
            lines: [
              text(
                'The servers start, then the services. Expect about 5 minutes, and one more mail when every database answers again.',
              ),
            ],
          },
        ],
    databases: notice.databases,
  };
}

function restored(notice: Notice): Letter {
  const count = counted(notice.databases.length, 'database');
  return {
    tone: 'good',
    pill: 'Restored',
    subject: `${count} restored`,
    headline: `${count} ${notice.databases.length === 1 ? 'is' : 'are'} back`,
    lead: 'The key is usable again. All servers were started, then all services, and each one answers with its data. There is nothing to do: addresses and passwords are the same as before.',
    facts: [
      ...was(notice),
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ['Restored', moment(notice.at)],
      ['Took', `${lasted(notice)} from noticing to restored`],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [],
    databases: notice.databases,
  };
}

const leadOfLost =
  "What is stored of these databases is not what was stored when they stopped, or it is not there any more. They are not started, and nothing is written over what is left. The platform's operator is told too; other databases are not concerned.";

const leadOfHeld = (isReturning: boolean) =>
  `${isReturning ? 'The key is usable again, but something keeps databases from coming back.' : 'The key is unusable, but something keeps databases from stopping as they should.'} The platform's operator is told too and works on it. No data is deleted meanwhile, and the attempts go on by themselves.`;

function attention(notice: Notice): Letter {
  const troubled = notice.databases.filter(({ trouble }) => trouble !== null);
  const databases = troubled.length > 0 ? troubled : notice.databases;
  const needs = `${counted(databases.length, 'database')} ${databases.length === 1 ? 'needs' : 'need'} attention`;
  /** The key is usable already, so there is nothing to undo. */
  const isReturning = notice.isUsable;
  const isLost = databases.length > 0 && databases.every(({ status }) => status === 'failed');
  const quote = `Quote the lockout ${notice.lockoutId} when you write to the operator. The list below says what is in the way of each database.`;
  return {
    tone: 'alarm',
    pill: 'Needs attention',
    subject: needs,
    headline: needs,
    lead: isLost ? leadOfLost : leadOfHeld(isReturning),
    facts: [
      ...(isLost ? was(notice) : why(notice)),
      ['Noticed', momentFrom(notice.openedAt, notice.at)],
      ['As of', moment(notice.at)],
      ...where(keyName(notice.keyArn)),
    ],
    sections: [
      { title: 'What you can do', lines: [text(quote)] },
      ...(isReturning || isLost ? [] : [undo('To make the key usable again', notice)]),
    ],
    databases,
  };
}

export const letters: Readonly<Record<NoticeKind, (notice: Notice) => Letter>> = {
  lockout_opened: opened,
  cause_changed: causeChanged,
  lockout_cancelled: cancelled,
  databases_stopped: stopped,
  databases_restored: restored,
  attention_needed: attention,
};
