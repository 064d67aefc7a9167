/**
 * Decides what the check of a key changes: one commit with its row, its lockout, timeline entries and outbox messages.
 * What follows from a check belongs here, and not in the callers. Pure.
 */

import type { NewEntry } from './entry.ts';
import type { Part } from './items/bounds.ts';
import { keySaved } from './items/keys.ts';
import type { Key } from './key.ts';
import { showsTheSame } from './key-check.ts';
import { isOver, type Lockout } from './lockout.ts';
import { type LockoutFacts, lockoutDecision } from './lockout-decision.ts';
import { keyNotices, withTold } from './warnings/notices.ts';

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
  const key = withTold(checked, warnings.told);
  const entries = [...statusEntries(facts), ...decided.entries, ...warnings.entries];
  const effects = [...decided.effects, ...warnings.effects];
  return {
    key,
    lockout,
    isHeld,
    hasNews: entries.length + decided.changes.length > 0 || isNews(facts.before, key),
    commit: { changes: [keySaved(key), ...decided.changes], entries, effects },
  };
}

const openId = ({ id, state }: Lockout): string | null => (isOver(state) ? null : id);

/** Whether the check's result differs, or the first canary makes later checks cheaper: a single Decrypt. */
const isNews = (before: Key, now: Key): boolean =>
  !showsTheSame(before.check, now.check) || (before.canary === null && now.canary !== null);

/** The entry for a change of the status or the cause. */
function statusEntries({ before, key: { arn, check }, checks, actor }: KeyFacts): NewEntry[] {
  const { verdict, cause, keyState } = check;
  if (before.status === verdict && before.check.cause === cause) return [];
  const subject = { keyId: before.id, ...(before.lockoutId ? { lockoutId: before.lockoutId } : {}) };
  const data = { arn, checks: [...checks] };
  switch (verdict) {
    case 'usable':
      return [{ type: 'KeyBecameUsable', actor, subject, data }];
    case 'unknown':
      return [{ type: 'KeyCheckUnanswered', actor, subject, data: { ...data, cause } }];
    case 'unusable':
      return [
        { type: 'KeyBecameUnusable', actor, subject, data: { ...data, cause: cause ?? 'access_denied', keyState } },
      ];
  }
}
