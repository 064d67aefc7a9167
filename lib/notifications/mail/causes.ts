/** Explains why a key is unusable, in plain words and in KMS's terms, and how the key's owner makes it usable again. */
import type { Cause } from '#lib/model/key.ts';
import { type PresentCause, type RemedyInput, remedyFor } from '#lib/model/remedy.ts';
import { command, type Line, step, text } from './email-template.ts';

interface Explanation {
  /** A sentence for a reader who does not know KMS, and KMS's term for it. */
  readonly words: string;
  /** Completes a sentence that begins with "The key". */
  readonly short: string;
  /** The permanent loss that this cause can lead to; null if it causes an outage only. */
  readonly danger: string | null;
}

const causes: Readonly<Record<Cause, Explanation>> = {
  key_disabled: { words: 'The key was disabled (KMS key state: Disabled).', short: 'is disabled', danger: null },
  deletion_scheduled: {
    words: 'The key is scheduled for deletion (KMS key state: PendingDeletion).',
    short: 'is scheduled for deletion',
    danger: 'Once KMS deletes the key, the data of these databases is permanently lost.',
  },
  material_expired: {
    words: "The key's imported material expired or was deleted (KMS key state: PendingImport).",
    short: 'has lost its key material',
    danger: 'Only the same key material decrypts the data. Keep it safe.',
  },
  access_denied: {
    words: "The key's policy no longer lets Latchkey use the key (KMS responds with AccessDeniedException).",
    short: 'no longer lets Latchkey use it',
    danger: null,
  },
  key_store_unavailable: {
    words: "The key's custom key store does not respond (KMS key state: Unavailable).",
    short: 'is in a key store that does not respond',
    danger: null,
  },
  kms_unreachable: {
    words: 'AWS KMS does not respond to requests about the key at the moment.',
    short: 'cannot be checked, because KMS does not respond',
    danger: null,
  },
};

const deletedKey: Explanation = {
  words: 'The key was deleted from AWS KMS.',
  short: 'is deleted',
  danger: 'The data of these databases is permanently lost.',
};

export const describeCause = (cause: Cause): string => causes[cause].words;
export const explain = ({ cause, isGone }: PresentCause): Explanation => (isGone ? deletedKey : causes[cause]);

/** The remedy as lines of a section, with numbered steps and one line per command. */
export function remedyLines(input: RemedyInput): Line[] {
  const steps = remedyFor(input);
  const toLine = steps.length > 1 ? step : text;
  return steps.flatMap(({ text: words, commands }) => [
    ...(words === null ? [] : [toLine(words)]),
    ...commands.map(command),
  ]);
}
