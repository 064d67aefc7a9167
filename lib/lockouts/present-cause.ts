/** Why a key is unusable now, which may differ from the cause that opened its lockout. Everything that is told uses it. Pure. */
import type { CheckFact } from '#lib/keys/check.ts';
import type { Check, Key } from '#lib/keys/key.ts';
import type { PresentCause } from '#lib/keys/remedy.ts';
import type { Effect } from '#lib/outbox/effect.ts';
import type { Actor, NewEntry } from '#lib/timeline/entry.ts';
import { isOver, type Lockout } from './lockout.ts';

/** As a check found it. */
export const foundCause = ({ cause, deletionDate, fault }: Check): PresentCause => ({
  cause: cause ?? 'access_denied',
  deletionDate,
  isGone: fault === 'not_found',
});

/** As the lockout last told it; a row from before this was kept has its opening cause only. */
export const toldCause = ({ cause, present }: Pick<Lockout, 'cause' | 'present'>): PresentCause =>
  present ?? { cause, deletionDate: null, isGone: false };

/** Null once the key is usable again. A check without an answer says nothing new. */
export function presentCause(key: Pick<Key, 'status' | 'check'>, lockout: Lockout | null): PresentCause | null {
  if (key.status === 'usable') return null;
  if (key.status === 'unusable' || !lockout) return foundCause(key.check);
  return toldCause(lockout);
}

/** By the lockout's row alone: null once its key is usable again. */
export const presentOf = (lockout: Lockout): PresentCause | null =>
  isOver(lockout.state) || lockout.state.startsWith('starting') || lockout.usableSince ? null : toldCause(lockout);

export interface CauseNews {
  /** As it is from now on; the same where nothing is new. */
  readonly lockout: Lockout;
  readonly entries: readonly NewEntry[];
  readonly effects: readonly Effect[];
}

export interface Observed {
  readonly key: Pick<Key, 'status' | 'check'>;
  readonly actor: Actor;
  readonly checks: readonly CheckFact[];
  readonly at: Date;
}

/** What a check changes in an open lockout beside its state. A change of cause is an entry, and a notice of its own. */
export function causeNews(lockout: Lockout, { key, actor, checks, at }: Observed): CauseNews {
  const unchanged = { lockout, entries: [], effects: [] };
  if (isOver(lockout.state) || key.status === 'unknown') return unchanged;
  if (key.status === 'usable') {
    const isKnown = lockout.usableSince || !lockout.state.startsWith('stopping');
    return isKnown ? unchanged : { ...unchanged, lockout: { ...lockout, usableSince: at.toISOString() } };
  }
  const before = toldCause(lockout);
  const now = withKnownDate(foundCause(key.check), before);
  if (isSame(before, now)) return lockout.usableSince ? { ...unchanged, lockout: { ...lockout, usableSince: null } } : unchanged;
  const next: Lockout = { ...lockout, present: now, usableSince: null, causeChanges: (lockout.causeChanges ?? 0) + 1 };
  return { lockout: next, entries: [entryFor(next, before, { actor, checks })], effects: [noticeFor(next)] };
}

const isSame = (a: PresentCause, b: PresentCause): boolean =>
  a.cause === b.cause && a.isGone === b.isGone && a.deletionDate === b.deletionDate;

/** A date that DescribeKey did not tell this time still holds. */
const withKnownDate = (now: PresentCause, before: PresentCause): PresentCause =>
  now.cause === 'deletion_scheduled' && now.cause === before.cause
    ? { ...now, deletionDate: now.deletionDate ?? before.deletionDate }
    : now;

function entryFor(lockout: Lockout, from: PresentCause, { actor, checks }: Pick<Observed, 'actor' | 'checks'>): NewEntry {
  const { cause, deletionDate, isGone } = toldCause(lockout);
  const data = { arn: lockout.keyArn, from: from.cause, to: cause, deletionDate, keyGone: isGone, checks: [...checks] };
  return { type: 'LockoutCauseChanged', actor, subject: { lockoutId: lockout.id, keyId: lockout.keyId }, data };
}

/** Numbered, so that of several that wait the newest alone is told. */
const noticeFor = ({ teamId, id, round, causeChanges }: Lockout): Effect => ({
  kind: 'notice',
  notice: { teamId, lockoutId: id, fact: 'cause_changed', round, about: String(causeChanges) },
});
