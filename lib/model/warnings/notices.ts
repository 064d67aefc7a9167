/**
 * Decides which early warnings a key needs now (promise 13): each mark once, also after a pause of the sweep. The key's
 * row records the notified warnings, in the commit that has the notices. Pure.
 */
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { KeyNoticeKind, KeyNoticeRequest, OutboxMessage } from '#lib/model/outbox-message.ts';
import { dateWarnings } from './dates.ts';
import type { NotifiedWarnings, WarningKind } from './notified.ts';
import { degradedWarnings, eventWarnings, rotationWarnings, siblingWarnings } from './states.ts';
import type { Raised, Warned, WarnedKey, Withdrawn } from './warned-key.ts';

export interface KeyNotices {
  /** For the key's row. */
  readonly notified: NotifiedWarnings;
  readonly entries: readonly NewEntry[];
  readonly effects: readonly OutboxMessage[];
}

export interface NoticesInput {
  /** As it was before the check; the same as `after` if nothing but the time changed. */
  readonly before: WarnedKey;
  readonly after: WarnedKey;
  readonly actor: Actor;
  readonly at: Date;
}

/** A key that was never warned of has no record. */
export const withNotified = <K extends { readonly notifiedWarnings?: NotifiedWarnings }>(
  key: K,
  notified: NotifiedWarnings,
): K => (key.notifiedWarnings || Object.keys(notified).length > 0 ? { ...key, notifiedWarnings: notified } : key);

/** Without a notice, `notified` is the key's record. */
export function keyNotices({ before, after, actor, at }: NoticesInput): KeyNotices {
  const warned: readonly Warned[] = [
    dateWarnings('deletion', after, at),
    dateWarnings('expiry', after, at),
    degradedWarnings(after, at),
    eventWarnings(before, after, at),
    rotationWarnings(before, after, at),
    siblingWarnings(before, after, at),
  ];
  const raised = warned.flatMap((each) => each.raised);
  const withdrawn = warned.flatMap((each) => each.withdrawn);
  return {
    notified: Object.assign({}, ...warned.map(({ notified }) => notified)),
    entries: [
      ...raised.map((warning) => raisedEntry(after, warning, actor)),
      ...withdrawn.map((warning) => withdrawnEntry(after, warning, actor)),
    ],
    effects: [
      ...raised.map(({ kind, about }) => noticeOf(after, raisedKinds[kind], { about })),
      ...withdrawn.map(({ kind, about }) => noticeOf(after, withdrawnKinds[kind], { about })),
    ],
  };
}

const raisedKinds: Readonly<Record<WarningKind, KeyNoticeKind>> = {
  deletion: 'deletion_near',
  expiry: 'expiry_near',
  degraded: 'key_degraded',
  events: 'events_lost',
  rotation: 'rotation_due',
  sibling: 'sibling_changed',
  recipient: 'recipient_bounced',
};

const withdrawnKinds: Readonly<Record<Withdrawn['kind'], KeyNoticeKind>> = {
  deletion: 'deletion_withdrawn',
  expiry: 'expiry_withdrawn',
  degraded: 'key_recovered',
  events: 'events_proven',
};

const subjectOf = ({ id, lockoutId }: WarnedKey) => ({ keyId: id, ...(lockoutId ? { lockoutId } : {}) });

export const raisedEntry = (key: WarnedKey, { kind, mark, date, detail }: Raised, actor: Actor): NewEntry => ({
  type: 'KeyWarningRaised',
  actor,
  subject: subjectOf(key),
  data: { arn: key.arn, warning: kind, mark, date, detail },
});

const withdrawnEntry = (key: WarnedKey, { kind, detail }: Withdrawn, actor: Actor): NewEntry => ({
  type: 'KeyWarningWithdrawn',
  actor,
  subject: subjectOf(key),
  data: { arn: key.arn, warning: kind, detail },
});

export const noticeOf = (
  { teamId, id }: Pick<WarnedKey, 'teamId' | 'id'>,
  fact: KeyNoticeKind,
  { about, email }: Pick<KeyNoticeRequest, 'about' | 'email'>,
): OutboxMessage => ({
  kind: 'notice',
  notice: { teamId, keyId: id, fact, about, ...(email === undefined ? {} : { email }) },
});
