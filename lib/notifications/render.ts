/** Renders a notice as a mail. Pure. */

import type { LockoutNotice, Mail, Notice } from '#lib/model/notice.ts';
import { isAboutDrill } from '#lib/model/outbox-message.ts';
import { confirmationSection, onlyMailFooter } from './mail/confirmation.ts';
import type { EmailTemplate } from './mail/email-template.ts';
import { htmlOf } from './mail/html.ts';
import { keyName } from './mail/key-name.ts';
import { keyTemplates } from './mail/key-templates.ts';
import { lockoutTemplates } from './mail/lockout-templates.ts';
import { plain } from './mail/plain.ts';
import { textOf } from './mail/text.ts';
import { webhookPaused } from './mail/webhook-template.ts';

/** The subject opens with the key's short id, so that the mails about one key sort and thread together. */
export function renderMail(notice: Notice): Mail {
  const template = templateOf(notice);
  const withConfirmation = { ...template, sections: [...template.sections, ...confirmationSection(notice)] };
  const footer = [...onlyMailFooter(notice), reasonOf(notice), `${subjectOf(notice)}. ${neverAsks}`];
  return {
    subject: `${isDrill(notice) ? '[drill] ' : ''}[${markOf(notice)}] ${template.subject}`,
    text: textOf(withConfirmation, footer),
    html: htmlOf(withConfirmation, footer),
  };
}

function isDrill(notice: Notice): boolean {
  if ('webhookId' in notice) return false;
  return 'lockoutId' in notice ? notice.isDrill : isAboutDrill(notice.fact);
}

const neverAsks = 'Latchkey never asks for a password, a token or key material by mail.';

const markOf = (notice: Notice): string =>
  'webhookId' in notice ? 'Latchkey' : `Latchkey ${keyName(notice.keyArn).shortId}`;

function templateOf(notice: Notice): EmailTemplate {
  if ('webhookId' in notice) return webhookPaused(notice);
  if (!('lockoutId' in notice)) return keyTemplates[notice.fact](notice);
  const template = lockoutTemplates[notice.fact](notice);
  return { ...template, facts: [...template.facts, ...earlierFacts(notice)] };
}

function reasonOf(notice: Notice): string {
  const team = plain(notice.team);
  if ('webhookId' in notice) return `You get this as an admin of an app of the team ${team}.`;
  return notice.role === 'admin'
    ? `You get this as an admin of an app of the team ${team} that uses these databases.`
    : `You get this as a contact of the key, named by the team ${team}.`;
}

function subjectOf(notice: Notice): string {
  if ('webhookId' in notice) return `Webhook ${plain(notice.webhookId)}`;
  return 'lockoutId' in notice ? `Lockout ${plain(notice.lockoutId)}` : `Key ${plain(notice.keyId)}`;
}

/** The earlier lockouts of the key whose notices are folded into this mail. */
const earlierFacts = ({ fact, earlier }: LockoutNotice): [label: string, value: string][] =>
  earlier > 0 && (fact === 'lockout_opened' || fact === 'lockout_cancelled')
    ? [['Before', `In the hour before, the key became unusable ${earlier === 1 ? 'once' : `${earlier} times`} more.`]]
    : [];
