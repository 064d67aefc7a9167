/**
 * Decides what the check of a key changes: one commit with its row, its lockout, timeline entries and outbox messages.
 * What follows from a check belongs here, and not in the callers. Pure.
 */

import { isDeepStrictEqual } from 'node:util';
import type { NewEntry } from './entry.ts';
import type { Part } from './items/bounds.ts';
import { keySaved } from './items/keys.ts';
import type { Key } from './key.ts';
import { showsTheSame } from './key-check.ts';
import { isOver, type Lockout } from './lockout.ts';
import { type LockoutFacts, lockoutDecision } from './lockout-decision.ts';
import { readinessSinceOf } from './readiness/readiness.ts';
import { refusalsOf, refusesTheSame } from './refusals.ts';
import { keyNotices, withNotified } from './warnings/notices.ts';

export interface KeyFacts extends LockoutFacts {
  /** The key as it was before the check. */
  readonly before: Key;
}

export interface KeyDecision {
  readonly key: Key;
  readonly lockout: Lockout | null;
  /** Whether databases keep the lockout in its state. */
  readonly isHeld: boolean;
  /** False if the check found what was known. */
  readonly hasNews: boolean;
  readonly commit: Required<Part>;
}

export function keyDecision(facts: KeyFacts): KeyDecision {
  const { lockout, isHeld, ...decided } = lockoutDecision(facts);
  const checked: Key = { ...facts.key, lockoutId: lockout ? openId(lockout) : facts.key.lockoutId };
  const warnings = keyNotices({ before: facts.before, after: checked, actor: facts.actor, at: facts.at });
  const found = withReadiness(withNotified(checked, warnings.notified), facts.at);
  const entries = [...statusEntries(facts), ...decided.entries, ...warnings.entries];
  const effects = [...decided.effects, ...warnings.effects];
  const hasCheckNews = entries.length + decided.changes.length > 0 || isNewCheck(facts.before, found);
  // The time of a stored check says since when the key is unchanged, which decides how often it is checked (014).
  const key = hasCheckNews || facts.actor.kind === 'token' ? found : { ...found, check: facts.before.check };
  return {
    key,
    lockout,
    isHeld,
    hasNews: hasCheckNews || isNewReadiness(facts.before, found),
    commit: { changes: [keySaved(key), ...decided.changes], entries, effects },
  };
}

const openId = ({ id, state }: Lockout): string | null => (isOver(state) ? null : id);

/** Only once a full check collected facts: before, most of it is unknown. */
const withReadiness = (key: Key, at: Date): Key =>
  key.facts ? { ...key, readinessSince: readinessSinceOf(key, at) } : key;

/** Whether the check's result differs, or the first canary makes later checks cheaper: a single Decrypt. */
const isNewCheck = (before: Key, now: Key): boolean =>
  !showsTheSame(before.check, now.check) || (before.canary === null && now.canary !== null);

const isNewReadiness = (before: Key, now: Key): boolean =>
  !isDeepStrictEqual(
    [before.siblings, before.readinessSince ?? {}],
    [now.siblings, now.readinessSince ?? before.readinessSince ?? {}],
  ) || isOutdated(before.facts, now.facts);

/** Facts that change no item are stored all the same after this time, so that their age shows when they are read. */
const storedForMs = 3_600_000;

const isOutdated = (stored: Key['facts'], now: Key['facts']): boolean =>
  now !== undefined && (!stored || Date.parse(now.at) - Date.parse(stored.at) >= storedForMs);

/** The entry for a change of the status, the cause, or the refused actions of a degraded key. */
function statusEntries({ before, key: { arn, check }, checks, actor }: KeyFacts): NewEntry[] {
  const { verdict, cause, keyState } = check;
  const isSame = verdict === 'degraded' ? refusesTheSame(before.check, check) : before.check.cause === cause;
  if (before.status === verdict && isSame) return [];
  const subject = { keyId: before.id, ...(before.lockoutId ? { lockoutId: before.lockoutId } : {}) };
  const data = { arn, checks: [...checks] };
  switch (verdict) {
    case 'usable':
      return [{ type: 'KeyBecameUsable', actor, subject, data }];
    case 'degraded':
      return [{ type: 'KeyDegraded', actor, subject, data: { ...data, refusals: refusalData(check) } }];
    case 'unknown':
      return [{ type: 'KeyCheckUnanswered', actor, subject, data: { ...data, cause } }];
    case 'unusable':
      return [
        { type: 'KeyBecameUnusable', actor, subject, data: { ...data, cause: cause ?? 'access_denied', keyState } },
      ];
  }
}

const refusalData = (check: Key['check']) =>
  refusalsOf(check).map(({ action, statement }) => ({ action, statement: statement && { ...statement } }));
