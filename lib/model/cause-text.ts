/**
 * The causes of an unusable key in words, which mails, the console, the evidence page and the Heroku CLI share. Pure.
 */
import type { Cause } from './key.ts';
import type { PresentCause } from './remedy.ts';

interface CauseText {
  /** Completes a sentence that begins with "The key". */
  readonly predicate: string;
  /** A sentence for a reader who does not know KMS, with KMS's term for it. */
  readonly sentence: string;
}

const texts: Readonly<Record<Cause, CauseText>> = {
  key_disabled: { predicate: 'is disabled', sentence: 'The key was disabled (KMS key state: Disabled).' },
  deletion_scheduled: {
    predicate: 'is scheduled for deletion',
    sentence: 'The key is scheduled for deletion (KMS key state: PendingDeletion).',
  },
  material_expired: {
    predicate: 'has lost its key material',
    sentence: "The key's imported material expired or was deleted (KMS key state: PendingImport).",
  },
  access_denied: {
    predicate: 'no longer lets Latchkey use it',
    sentence: "The key's policy no longer lets Latchkey use the key (KMS responds with AccessDeniedException).",
  },
  key_store_unavailable: {
    predicate: 'is in a key store that does not respond',
    sentence: "The key's custom key store does not respond (KMS key state: Unavailable).",
  },
  kms_unreachable: {
    predicate: 'cannot be checked, because KMS does not respond',
    sentence: 'AWS KMS does not respond to requests about the key at the moment.',
  },
  platform_permission_missing: {
    predicate: 'cannot be checked, because Latchkey lacks a permission of its own',
    sentence: "Latchkey's own permissions do not let it check the key. Its operators have been notified.",
  },
};

const deleted: CauseText = { predicate: 'is deleted', sentence: 'The key was deleted from AWS KMS.' };

export const causeText = ({ cause, isGone }: Pick<PresentCause, 'cause' | 'isGone'>): CauseText =>
  isGone ? deleted : texts[cause];

export const isCause = (word: string): word is Cause => Object.hasOwn(texts, word);
