/** What an unusable key can lead to, and how its owner makes it usable again. */
import { causeText } from '#lib/model/cause-text.ts';
import type { Cause } from '#lib/model/key.ts';
import { type PresentCause, type RemedyInput, remedyFor } from '#lib/model/remedy.ts';
import { command, type Line, step, text } from './email-template.ts';

/** The permanent loss that a cause can lead to; null if it causes an outage only. */
const dangers: Readonly<Record<Cause, string | null>> = {
  key_disabled: null,
  deletion_scheduled: 'Once KMS deletes the key, the data of these databases is permanently lost.',
  material_expired: 'Only the same key material decrypts the data. Keep it safe.',
  access_denied: null,
  key_store_unavailable: null,
  kms_unreachable: null,
  platform_permission_missing: null,
};

const dangerOfDeletedKey = 'The data of these databases is permanently lost.';

export const describeCause = (cause: Cause): string => causeText({ cause, isGone: false }).sentence;
export const dangerOf = ({ cause, isGone }: PresentCause): string | null =>
  isGone ? dangerOfDeletedKey : dangers[cause];

/** The remedy as lines of a section, with numbered steps and one line per command. */
export function remedyLines(input: RemedyInput): Line[] {
  const steps = remedyFor(input);
  const toLine = steps.length > 1 ? step : text;
  return steps.flatMap(({ text: words, commands }) => [
    ...(words === null ? [] : [toLine(words)]),
    ...commands.map(command),
  ]);
}
