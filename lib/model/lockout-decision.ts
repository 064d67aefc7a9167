/** What an observed key means for its lockout, as changes to write: opened, cancelled or turned to restoring. Pure. */

import { plusSeconds } from './clock.ts';
import type { Actor, NewEntry } from './entry.ts';
import type { NewId } from './ids.ts';
import type { Change } from './items/change.ts';
import { lockoutCreated, lockoutSaved } from './items/lockouts.ts';
import type { Key } from './key.ts';
import type { CheckFact } from './key-check.ts';
import { executionName, isOver, type Lockout } from './lockout.ts';
import type { LockoutState } from './lockout-state.ts';
import { decide, entered } from './lockout-transitions.ts';
import type { LockoutNoticeKind, OutboxMessage } from './outbox-message.ts';
import { causeNews, foundCause } from './present-cause.ts';

export interface Facts {
  /** As the check just found it. */
  readonly key: Key;
  /** The key's lockout, if one is open. */
  readonly lockout: Lockout | null;
  readonly actor: Actor;
  /** What was asked of KMS, and told by it, to find it so. */
  readonly checks: readonly CheckFact[];
  readonly at: Date;
  readonly newId: NewId;
  readonly waitingPeriodSeconds: number;
}

export interface Decided {
  /** The key's open lockout from now on. */
  readonly lockoutId: string | null;
  readonly changes: readonly Change[];
  readonly entries: readonly NewEntry[];
  readonly effects: readonly OutboxMessage[];
}

export function lockoutDecision(facts: Facts): Decided {
  const { key, lockout } = facts;
  switch (decide(lockout?.state ?? null, key.status, key.databases)) {
    case 'open':
      return opened(facts);
    case 'cancel':
      return lockout ? moved(lockout, 'cancelled', facts) : nothing(null);
    case 'restore':
      return lockout ? moved(lockout, 'starting_servers', facts) : nothing(null);
    default:
      return lockout ? noted(lockout, facts) : nothing(key.lockoutId);
  }
}

/** Keeps the lockout's state, and stores a changed cause. */
function noted(lockout: Lockout, facts: Facts): Decided {
  const { lockout: next, entries, effects } = causeNews(lockout, facts);
  return { lockoutId: lockout.id, changes: next === lockout ? [] : [lockoutSaved(next)], entries, effects };
}

const nothing = (lockoutId: string | null): Decided => ({ lockoutId, changes: [], entries: [], effects: [] });

function opened({ key, actor, checks, at, newId, waitingPeriodSeconds }: Facts): Decided {
  const { cause } = foundCause(key.check);
  const lockout: Lockout = {
    id: newId('lk'),
    teamId: key.teamId,
    keyId: key.id,
    keyArn: key.arn,
    state: 'waiting',
    cause,
    present: foundCause(key.check),
    openedAt: at.toISOString(),
    deadline: plusSeconds(at, waitingPeriodSeconds).toISOString(),
    noticedBy: actor.kind,
    steps: [{ state: 'waiting', at: at.toISOString() }],
    run: 1,
    runAt: at.toISOString(),
    machine: 'key-shutdown',
    round: 0,
    version: 1,
  };
  const data = { arn: key.arn, cause, deadline: lockout.deadline, databases: key.databases, checks: [...checks] };
  return {
    lockoutId: lockout.id,
    changes: [lockoutCreated(lockout)],
    entries: [{ type: 'LockoutOpened', actor, subject: subjectOf(lockout), data }],
    effects: [workflowFor(lockout), noticeOf(lockout, 'lockout_opened')],
  };
}

/**
 * The lockout in another state, with what that starts and whom it tells; the caller adds the key's row where the
 * lockout is over.
 */
export function moved(lockout: Lockout, to: LockoutState, by: Pick<Facts, 'actor' | 'checks' | 'at'>): Decided {
  const next = entered(lockout, to, by.at);
  return {
    lockoutId: isOver(to) ? null : lockout.id,
    changes: [lockoutSaved(next)],
    entries: [entryFor(lockout, to, by)],
    effects: [...(next.run > lockout.run ? [workflowFor(next)] : []), ...noticesFor(next)],
  };
}

export const subjectOf = ({ id, keyId }: Lockout) => ({ lockoutId: id, keyId });

export const workflowFor = (lockout: Lockout): OutboxMessage => ({
  kind: 'workflow',
  machine: lockout.machine ?? 'key-shutdown',
  name: executionName(lockout),
  input: {
    teamId: lockout.teamId,
    keyId: lockout.keyId,
    lockoutId: lockout.id,
    run: lockout.run,
    deadline: lockout.deadline,
  },
});

export const noticeOf = ({ teamId, id, round }: Lockout, fact: LockoutNoticeKind): OutboxMessage => ({
  kind: 'notice',
  notice: { teamId, lockoutId: id, fact, round },
});

function noticesFor(lockout: Lockout): OutboxMessage[] {
  if (lockout.state === 'cancelled') return [noticeOf(lockout, 'lockout_cancelled')];
  if (lockout.state === 'stopped') return [noticeOf(lockout, 'databases_stopped')];
  return lockout.state === 'restored' ? [noticeOf(lockout, 'databases_restored')] : [];
}

function entryFor(lockout: Lockout, to: LockoutState, { actor, checks }: Pick<Facts, 'actor' | 'checks'>): NewEntry {
  const subject = subjectOf(lockout);
  const data = { arn: lockout.keyArn, checks: [...checks] };
  if (to === 'cancelled') return { type: 'LockoutCancelled', actor, subject, data };
  if (to === 'stopped') return { type: 'DatabasesStopped', actor, subject, data };
  if (to === 'restored') return { type: 'DatabasesRestored', actor, subject, data };
  return { type: 'LockoutAdvanced', actor, subject, data: { ...data, from: lockout.state, to } };
}
