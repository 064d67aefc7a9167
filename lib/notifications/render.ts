/** Renders a notice as a mail. Pure. */

import type { Mail, Notice } from '#lib/model/notice.ts';
import { confirmationSection, onlyMailFooter } from './mail/confirmation.ts';
import { htmlOf } from './mail/html.ts';
import { keyName } from './mail/key-name.ts';
import { noticeTemplates } from './mail/notice-templates.ts';
import { plain } from './mail/plain.ts';
import { textOf } from './mail/text.ts';

/** The subject opens with the key's short id, so that the mails about one key sort and thread together. */
export function renderMail(notice: Notice): Mail {
  const { sections, ...rest } = noticeTemplates[notice.fact](notice);
  const template = {
    ...rest,
    facts: [...rest.facts, ...earlierFacts(notice)],
    sections: [...sections, ...confirmationSection(notice)],
  };
  const footer = [
    ...onlyMailFooter(notice),
    `You get this as an admin of an app of the team ${plain(notice.team)} that uses these databases.`,
    `Lockout ${plain(notice.lockoutId)}. Latchkey never asks for a password, a token or key material by mail.`,
  ];
  return {
    subject: `[Latchkey ${keyName(notice.keyArn).shortId}] ${template.subject}`,
    text: textOf(template, footer),
    html: htmlOf(template, footer),
  };
}

/** The earlier lockouts of the key whose notices are folded into this mail. */
const earlierFacts = ({ fact, earlier }: Notice): [label: string, value: string][] =>
  earlier > 0 && (fact === 'lockout_opened' || fact === 'lockout_cancelled')
    ? [['Before', `In the hour before, the key became unusable ${earlier === 1 ? 'once' : `${earlier} times`} more.`]]
    : [];
