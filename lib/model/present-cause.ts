/**
 * The present cause of an unusable key, which may differ from the cause that opened its lockout. Notices and views use
 * it. Pure.
 */

import type { Actor, NewEntry } from './entry.ts';
import type { News } from './items/bounds.ts';
import { type Check, canServe, type Key } from './key.ts';
import type { CheckFact } from './key-check.ts';
import { isOver, type Lockout } from './lockout.ts';
import type { OutboxMessage } from './outbox-message.ts';
import type { PresentCause } from './remedy.ts';

/** The cause that a check found. */
export const foundCause = ({ cause, deletionDate, fault }: Check): PresentCause => ({
  cause: cause ?? 'access_denied',
  deletionDate,
  isGone: fault === 'not_found',
});

/** The cause in the lockout's row; older rows have the opening cause only. */
export const recordedCause = ({ cause, present }: Pick<Lockout, 'cause' | 'present'>): PresentCause =>
  present ?? { cause, deletionDate: null, isGone: false };

/** Null once databases under the key may serve again. A check without a response changes nothing. */
export function presentCause(key: Pick<Key, 'status' | 'check'>, lockout: Lockout | null): PresentCause | null {
  if (canServe(key.status)) return null;
  if (key.status === 'unusable' || !lockout) return foundCause(key.check);
  return recordedCause(lockout);
}

/** By the lockout's row alone: null once its key is usable again. */
export const presentOf = (lockout: Lockout): PresentCause | null =>
  isOver(lockout.state) || lockout.state.startsWith('starting') || lockout.usableSince ? null : recordedCause(lockout);

export interface CauseNews extends News {
  /** The new lockout; the same object if nothing changed. */
  readonly lockout: Lockout;
}

export interface Observed {
  readonly key: Pick<Key, 'status' | 'check'>;
  readonly actor: Actor;
  readonly checks: readonly CheckFact[];
  readonly at: Date;
}

/** The effect of a check on an open lockout's cause. A change of the cause is an entry and a notice. */
export function causeNews(lockout: Lockout, { key, actor, checks, at }: Observed): CauseNews {
  const unchanged = { lockout, entries: [], effects: [] };
  if (isOver(lockout.state) || key.status === 'unknown') return unchanged;
  if (canServe(key.status)) {
    const isKnown = lockout.usableSince || !lockout.state.startsWith('stopping');
    return isKnown ? unchanged : { ...unchanged, lockout: { ...lockout, usableSince: at.toISOString() } };
  }
  const before = recordedCause(lockout);
  const now = withKnownDate(foundCause(key.check), before);
  if (isSame(before, now))
    return lockout.usableSince ? { ...unchanged, lockout: { ...lockout, usableSince: null } } : unchanged;
  const next: Lockout = { ...lockout, present: now, usableSince: null, causeChanges: (lockout.causeChanges ?? 0) + 1 };
  return { lockout: next, entries: [entryFor(next, before, { actor, checks })], effects: [noticeFor(next)] };
}

const isSame = (a: PresentCause, b: PresentCause): boolean =>
  a.cause === b.cause && a.isGone === b.isGone && a.deletionDate === b.deletionDate;

/** Keeps the known deletion date if DescribeKey did not respond this time. */
const withKnownDate = (now: PresentCause, before: PresentCause): PresentCause =>
  now.cause === 'deletion_scheduled' && now.cause === before.cause
    ? { ...now, deletionDate: now.deletionDate ?? before.deletionDate }
    : now;

function entryFor(
  lockout: Lockout,
  from: PresentCause,
  { actor, checks }: Pick<Observed, 'actor' | 'checks'>,
): NewEntry {
  const { cause, deletionDate, isGone } = recordedCause(lockout);
  const data = { arn: lockout.keyArn, from: from.cause, to: cause, deletionDate, keyGone: isGone, checks: [...checks] };
  return { type: 'LockoutCauseChanged', actor, subject: { lockoutId: lockout.id, keyId: lockout.keyId }, data };
}

/** Numbered, so that only the newest of several pending notices is sent. */
const noticeFor = ({ teamId, id, round, causeChanges }: Lockout): OutboxMessage => ({
  kind: 'notice',
  notice: { teamId, lockoutId: id, fact: 'cause_changed', round, about: String(causeChanges) },
});
