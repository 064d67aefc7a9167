/**
 * Decides what a checked key means for its lockout: opened, cancelled, moved on, held, or its execution restarted.
 * Pure.
 */

import type { Database } from './database.ts';
import type { Actor, NewEntry } from './entry.ts';
import type { NewId } from './ids.ts';
import type { News, Part } from './items/bounds.ts';
import { lockoutCreated, lockoutSaved } from './items/lockouts.ts';
import type { AwaitedDrill, Key } from './key.ts';
import type { CheckFact } from './key-check.ts';
import { executionName, isOfFork, type Lockout, subjectOf } from './lockout.ts';
import type { LockoutState } from './lockout-state.ts';
import { afterObservation, afterStart, afterStep, type CheckPoint, entered, runAgain } from './lockout-transitions.ts';
import { newLockout, openedEntry } from './new-lockout.ts';
import type { LockoutNoticeKind, OutboxMessage } from './outbox-message.ts';
import { causeNews, foundCause } from './present-cause.ts';

export interface LockoutFacts {
  /** The key as the check found it. */
  readonly key: Key;
  /** The lockout that the check concerns, if one is open. */
  readonly lockout: Lockout | null;
  readonly point: CheckPoint;
  readonly actor: Actor;
  readonly checks: readonly CheckFact[];
  /** The databases that do not yet meet the condition of `targetState` (`entryConditions`). */
  readonly unsettled: readonly Database[];
  /** Whether the lockout needs an execution and its last one ended. */
  readonly hasEnded: boolean;
  readonly at: Date;
  readonly newId: NewId;
  readonly waitingPeriodSeconds: number;
}

export interface LockoutDecision extends Required<Part> {
  /** The lockout from now on. */
  readonly lockout: Lockout | null;
  /** Whether databases keep the lockout in its state. */
  readonly isHeld: boolean;
}

/** The state that the lockout is to enter, or is to stay in; null: no lockout is open, and none is to be opened. */
export function targetState({ key, lockout, point }: Pick<LockoutFacts, 'key' | 'lockout' | 'point'>) {
  // The verdict that the lockout acts on is read here only.
  const verdict = key.status;
  if (!lockout || point === 'observed') return afterObservation(lockout?.state ?? null, verdict, key.databases);
  return (point === 'started' ? afterStart : afterStep)(lockout.state, verdict);
}

export function lockoutDecision(facts: LockoutFacts): LockoutDecision {
  const { lockout } = facts;
  const to = targetState(facts);
  if (!lockout) return to ? opened(facts) : { lockout, isHeld: false, changes: [], entries: [], effects: [] };
  const causes = isOfFork(lockout) ? { lockout, entries: [], effects: [] } : causeNews(lockout, facts);
  const isHeld = facts.unsettled.length > 0;
  const next = isHeld ? held(causes.lockout, facts) : continued(causes.lockout, to ?? lockout.state, facts);
  return {
    lockout: next.lockout,
    isHeld,
    changes: next.lockout === lockout ? [] : [lockoutSaved(next.lockout)],
    entries: [...causes.entries, ...next.entries],
    effects: [...causes.effects, ...next.effects],
  };
}

function opened({ key, actor, checks, at, newId, waitingPeriodSeconds }: LockoutFacts): LockoutDecision {
  const present = foundCause(key.check);
  const { drill } = key;
  const waitingSeconds = drill ? drill.waitingPeriodMinutes * 60 : waitingPeriodSeconds;
  const lockout: Lockout = {
    ...newLockout({ id: newId('lk'), key, cause: present.cause, noticedBy: actor.kind, at, waitingSeconds }),
    present,
    ...(drill ? { drill: drillOf(drill) } : {}),
  };
  return {
    lockout,
    isHeld: false,
    changes: [lockoutCreated(lockout)],
    entries: [openedEntry(lockout, { actor, databases: key.databases, checks })],
    effects: [workflowFor(lockout), noticeOf(lockout, 'lockout_opened')],
  };
}

const drillOf = ({ drillId, databaseId, keyId }: AwaitedDrill) => ({ drillId, databaseId, keyId, verdict: null });

type Next = News & { readonly lockout: Lockout };

function continued(lockout: Lockout, to: LockoutState, facts: LockoutFacts): Next {
  if (to !== lockout.state) return moved(lockout, to, facts);
  return facts.hasEnded ? restarted(lockout, facts.at) : { lockout, entries: [], effects: [] };
}

/** The lockout in its next state, with the execution that it starts and the notices that it sends. */
export function moved(lockout: Lockout, to: LockoutState, facts: Pick<LockoutFacts, 'actor' | 'checks' | 'at'>): Next {
  const next = entered(lockout, to, facts.at);
  const start = next.run > lockout.run ? [workflowFor(next)] : [];
  return { lockout: next, entries: [entryFor(lockout, to, facts)], effects: [...start, ...noticesFor(next)] };
}

/** Steps are idempotent, so that the next execution continues where the last one ended. */
function restarted(lockout: Lockout, at: Date): Next {
  const next = { ...lockout, ...runAgain(lockout, at) };
  return { lockout: next, entries: [], effects: [workflowFor(next)] };
}

/** The number of databases that an entry names. */
const mostNamed = 50;

function held(lockout: Lockout, { unsettled, actor }: LockoutFacts): Next {
  const databases = unsettled.slice(0, mostNamed).map(({ id, failure }) => ({
    databaseId: id,
    reason: failure?.reason ?? 'not_done',
    detail: failure?.detail ?? 'It did not finish in time.',
  }));
  const data = { arn: lockout.keyArn, held: databases };
  const entry: NewEntry = { type: 'DatabasesHeld', actor, subject: subjectOf(lockout), data };
  return { lockout, entries: [entry], effects: noticesAbout(lockout, 'attention_needed') };
}

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

/** A simulated drill sends no notices; its caller reads the report. */
const noticesAbout = (lockout: Lockout, fact: LockoutNoticeKind): OutboxMessage[] =>
  isOfFork(lockout) ? [] : [noticeOf(lockout, fact)];

function noticesFor(lockout: Lockout): OutboxMessage[] {
  if (lockout.state === 'cancelled') return noticesAbout(lockout, 'lockout_cancelled');
  if (lockout.state === 'stopped') return noticesAbout(lockout, 'databases_stopped');
  return lockout.state === 'restored' ? noticesAbout(lockout, 'databases_restored') : [];
}

function entryFor(
  lockout: Lockout,
  to: LockoutState,
  { actor, checks }: Pick<LockoutFacts, 'actor' | 'checks'>,
): NewEntry {
  const subject = subjectOf(lockout);
  const data = { arn: lockout.keyArn, checks: [...checks] };
  if (to === 'cancelled') return { type: 'LockoutCancelled', actor, subject, data };
  if (to === 'stopped') return { type: 'DatabasesStopped', actor, subject, data };
  if (to === 'restored') return { type: 'DatabasesRestored', actor, subject, data };
  return { type: 'LockoutAdvanced', actor, subject, data: { ...data, from: lockout.state, to } };
}
