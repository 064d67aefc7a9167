/** Warnings before a date: the deletion of a key, and the expiry of its imported material. Pure. */
import { type NotifiedDate, type WarningMark, warningMarks } from './notified.ts';
import type { Warned, WarnedKey } from './warned-key.ts';

export type DateKind = 'deletion' | 'expiry';

const dayMs = 86_400_000;

/**
 * What is known of a date: `null` if none is set; `unread` if the last check could not read it; `over` once the key is
 * deleted, or its material.
 */
type KnownDate = string | null | 'unread' | 'over';

const readers: Readonly<Record<DateKind, (key: WarnedKey) => KnownDate>> = {
  deletion: ({ check }) => {
    if (check.fault === 'not_found') return 'over';
    return check.keyState === null ? 'unread' : check.deletionDate;
  },
  expiry: ({ check }) => {
    if (check.fault === 'not_found' || check.keyState === 'PendingImport') return 'over';
    return check.keyState === null || check.validTo === undefined ? 'unread' : check.validTo;
  },
};

/** The date to warn of: the date of the last warning, while the present one cannot be read. */
export function dateOf(kind: DateKind, key: WarnedKey): string | null {
  const known = readers[kind](key);
  if (known === 'over') return null;
  return known === 'unread' ? (key.notifiedWarnings?.[kind]?.date ?? null) : known;
}

/** The nearest mark that has passed; null before the first, and after the date. */
export function markAt(date: string, at: Date): WarningMark | null {
  const days = (Date.parse(date) - at.getTime()) / dayMs;
  return days > 0 ? (warningMarks.findLast((mark) => days <= mark) ?? null) : null;
}

export const daysUntil = (date: string, at: Date): number => (Date.parse(date) - at.getTime()) / dayMs;

const words: Readonly<Record<DateKind, { readonly happens: string; readonly isOff: string }>> = {
  deletion: { happens: 'KMS deletes the key on', isOff: 'The deletion of the key is cancelled' },
  expiry: { happens: "The key's imported material expires on", isOff: "The key's imported material does not expire" },
};

/** Raises one warning for all marks that passed since the last warning, with the time that is left. */
export function dateWarnings(kind: DateKind, key: WarnedKey, at: Date): Warned {
  const last = key.notifiedWarnings?.[kind];
  const known = readers[kind](key);
  if (known === 'over') return unchanged(kind, last);
  const date = dateOf(kind, key);
  if (date === null) return withdrawn(kind, last, words[kind].isOff);
  const mark = markAt(date, at);
  if (mark === null)
    return last === undefined || last.date === date
      ? unchanged(kind, last)
      : withdrawn(kind, last, `${words[kind].happens} ${date} now`);
  if (last?.date === date && last.mark <= mark) return unchanged(kind, last);
  const detail = `${words[kind].happens} ${date}`;
  return {
    notified: { [kind]: { date, mark } },
    raised: [{ kind, about: `${date}#${mark}`, mark, date, detail }],
    withdrawn: [],
  };
}

const unchanged = (kind: DateKind, last: NotifiedDate | undefined): Warned => ({
  notified: last ? { [kind]: last } : {},
  raised: [],
  withdrawn: [],
});

const withdrawn = (kind: DateKind, last: NotifiedDate | undefined, detail: string): Warned => ({
  notified: {},
  raised: [],
  withdrawn: last ? [{ kind, about: `${last.date}#${last.mark}`, detail }] : [],
});
