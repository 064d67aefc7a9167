/** The email templates about a key, one per kind of notice: what is true now, and what the reader can do. */
import type { KeyNotice } from '#lib/model/notice.ts';
import type { KeyNoticeKind } from '#lib/model/outbox-message.ts';
import { kmsCommand, regionOption } from '#lib/model/shell.ts';
import { remedyLines } from './causes.ts';
import { dateTemplate, dateWithdrawnTemplate } from './date-templates.ts';
import {
  drillDisableTemplate,
  drillEnableTemplate,
  drillFailedTemplate,
  drillOverdueTemplate,
} from './drill-templates.ts';
import { command, type EmailTemplate, type Line, type Section, text } from './email-template.ts';
import { keyName } from './key-name.ts';
import { keyFacts, keyTemplate } from './phrases.ts';

import { plain } from './plain.ts';

const instructions = ({ keyArn }: KeyNotice, title: string, lines: readonly Line[]): Section => ({
  title,
  lines: [
    text(`Run this in account ${keyName(keyArn).account}, as a principal that may administer the key:`),
    ...lines,
  ],
});

const contactTemplate = (notice: KeyNotice): EmailTemplate => ({
  tone: 'calm',
  pill: 'Please confirm',
  subject: 'confirm that you want its notices',
  headline: 'Confirm that you want the notices of a key',
  lead:
    `The team ${plain(notice.team)} uses this key, and named you as somebody to be told about it: when it becomes ` +
    'unusable, and before it is deleted or its material expires.',
  facts: keyFacts(keyName(notice.keyArn)),
  sections: [],
  databases: [],
});

const degradedTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'warning',
      pill: 'Degraded',
      subject: 'the key policy refuses an action that Latchkey needs',
      headline: 'The key policy refuses an action',
      lead:
        `Decrypt works, so all databases keep running. KMS refuses ${notice.refused.join(', ')}. What needs that ` +
        'action is refused until the policy allows it again: new databases, restores or backups.',
    },
    [
      instructions(
        notice,
        'To allow the action again',
        remedyLines({
          arn: notice.keyArn,
          present: { cause: 'access_denied', deletionDate: null, isGone: false },
          statements: notice.statements,
        }),
      ),
    ],
  );

const recoveredTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(notice, {
    tone: 'good',
    pill: 'Well again',
    subject: 'the key allows every action again',
    headline: 'The key allows every action again',
    lead: 'The last check found every action allowed that Latchkey needs. No action is required.',
  });

const eventsLostTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'warning',
      pill: 'Events lost',
      subject: 'events of the key do not arrive any more',
      headline: 'Events of the key do not arrive any more',
      lead:
        'Latchkey checks the key every minute until they do, so a change of the key is noticed up to a minute later ' +
        'than before. Databases are not affected.',
    },
    [
      instructions(notice, 'To see whether the rules and the trail are there', [
        command(`aws events list-rules ${regionOption(notice.keyArn)}`),
        command(`aws cloudtrail describe-trails ${regionOption(notice.keyArn)}`),
        text('GET /v1/onboarding-template has the template that creates the rules.'),
      ]),
    ],
  );

const eventsProvenTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(notice, {
    tone: 'good',
    pill: 'Events arrive',
    subject: 'events of the key arrive again',
    headline: 'Events of the key arrive again',
    lead: 'An event of the last full check arrived. No action is required.',
  });

const rotationTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'calm',
      pill: 'Rotation',
      subject: "the key's material does not rotate",
      headline: "The key's material does not rotate as it should",
      lead: 'The key works, and databases are not affected. You get this once a quarter while it does not rotate.',
    },
    [instructions(notice, 'To see to it', [rotationLine(notice)])],
  );

/** What removes the warning is a command, or a sentence where AWS cannot rotate the material. */
function rotationLine({ keyArn, rotationFix }: KeyNotice): Line {
  if (rotationFix === null) return command(kmsCommand('get-key-rotation-status', keyArn));
  return rotationFix.startsWith('aws ') ? command(rotationFix) : text(rotationFix);
}

function siblingTemplate(notice: KeyNotice): EmailTemplate {
  const { arn = '', state = '' } = notice.sibling ?? {};
  return keyTemplate(
    notice,
    {
      tone: state === 'enabled' ? 'warning' : 'calm',
      pill: 'Related key',
      subject: `a related key is ${state}`,
      headline: `A related key in ${keyName(arn).region} is ${state}`,
      lead:
        'Related keys of a multi-Region key have the same material, and each opens what the others encrypted. While ' +
        'one of them is enabled, disabling this key does not put the data out of reach everywhere.',
    },
    [instructions(notice, 'To see the related key', [command(kmsCommand('describe-key', arn))])],
  );
}

const bouncedTemplate = (notice: KeyNotice): EmailTemplate =>
  keyTemplate(
    notice,
    {
      tone: 'warning',
      pill: 'Mail bounced',
      subject: 'a recipient of its notices cannot be reached',
      headline: 'A recipient of the notices cannot be reached',
      lead:
        `A mail to ${plain(notice.email ?? '')} bounced or was reported as spam. The address gets no further notices ` +
        'until it is confirmed again.',
    },
    [
      {
        title: 'What you can do',
        lines: [
          text('Add another contact to the key, or add the same one again, which sends it one mail to confirm with:'),
          text(`POST /v1/keys/${plain(notice.keyId)}/contacts`),
        ],
      },
    ],
  );

export const keyTemplates: Readonly<Record<KeyNoticeKind, (notice: KeyNotice) => EmailTemplate>> = {
  deletion_near: dateTemplate('deletion'),
  deletion_withdrawn: dateWithdrawnTemplate('deletion'),
  expiry_near: dateTemplate('expiry'),
  expiry_withdrawn: dateWithdrawnTemplate('expiry'),
  key_degraded: degradedTemplate,
  key_recovered: recoveredTemplate,
  events_lost: eventsLostTemplate,
  events_proven: eventsProvenTemplate,
  rotation_due: rotationTemplate,
  sibling_changed: siblingTemplate,
  recipient_bounced: bouncedTemplate,
  contact_added: contactTemplate,
  drill_disable_requested: drillDisableTemplate,
  drill_enable_requested: drillEnableTemplate,
  drill_failed: drillFailedTemplate,
  drill_overdue: drillOverdueTemplate,
};
