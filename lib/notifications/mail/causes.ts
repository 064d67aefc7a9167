/** Why a key is unusable, in plain words and in KMS's own, and what the key's owner does about it. */
import type { Cause } from '#lib/model/key.ts';
import { type PresentCause, type RemedyInput, remedyFor } from '#lib/model/remedy.ts';
import { command, type Line, step, text } from './letter.ts';

interface Explanation {
  /** A sentence for a reader who does not know KMS, and KMS's term for it. */
  readonly words: string;
  /** Completes a sentence that begins with "The key". */
  readonly short: string;
  /** What is lost for good if nobody acts; null where waiting costs nothing but the outage. */
  readonly danger: string | null;
}

const causes: Readonly<Record<Cause, Explanation>> = {
  key_disabled: { words: 'The key was disabled (KMS key state: Disabled).', short: 'is disabled', danger: null },
  deletion_scheduled: {
    words: 'The key is scheduled for deletion (KMS key state: PendingDeletion).',
    short: 'is scheduled for deletion',
    danger: 'Once KMS deletes the key, the data of these databases is lost for good: nobody can read it again.',
  },
  material_expired: {
    words: "The key's imported material expired or was deleted (KMS key state: PendingImport).",
    short: 'has lost its key material',
    danger: 'Only the very same key material opens the data again. Keep it safe.',
  },
  access_denied: {
    words: "The key's policy no longer lets Latchkey use the key (KMS answers AccessDeniedException).",
    short: 'no longer lets Latchkey use it',
    danger: null,
  },
  key_store_unavailable: {
    words: "The key's custom key store does not answer (KMS key state: Unavailable).",
    short: 'is in a key store that does not answer',
    danger: null,
  },
  kms_unreachable: {
    words: 'AWS KMS gives no answer about the key at the moment.',
    short: 'gets no answer from KMS',
    danger: null,
  },
};

const gone: Explanation = {
  words: 'AWS KMS knows the key no more: it was deleted.',
  short: 'is deleted',
  danger: 'The data of these databases cannot be read again by anybody.',
};

export const openingWords = (cause: Cause): string => causes[cause].words;
export const explain = ({ cause, isGone }: PresentCause): Explanation => (isGone ? gone : causes[cause]);

/** The remedy as lines of a section, with numbered steps and one line per command. */
export function remedy(input: RemedyInput): Line[] {
  const steps = remedyFor(input);
  const line = steps.length > 1 ? step : text;
  return steps.flatMap(({ text: words, commands }) => [
    ...(words === null ? [] : [line(words)]),
    ...commands.map(command),
  ]);
}
