/** The email templates about a key, one per kind of notice. */
import type { KeyNotice } from '#lib/model/notice.ts';
import type { KeyNoticeKind } from '#lib/model/outbox-message.ts';
import type { EmailTemplate } from './email-template.ts';
import { keyName } from './key-name.ts';
import { keyFacts } from './phrases.ts';
import { plain } from './plain.ts';

const contactTemplate = (notice: KeyNotice): EmailTemplate => ({
  tone: 'calm',
  pill: 'Please confirm',
  subject: 'confirm that you want its notices',
  headline: 'Confirm that you want the notices of a key',
  lead:
    `The team ${plain(notice.team)} keeps databases that this key encrypts, and named you as somebody to be told ` +
    'about the key: if it becomes unusable, and before it is deleted or its material expires.',
  facts: keyFacts(keyName(notice.keyArn)),
  sections: [],
  databases: [],
});

export const keyTemplates: Readonly<Record<KeyNoticeKind, (notice: KeyNotice) => EmailTemplate>> = {
  contact_added: contactTemplate,
};
