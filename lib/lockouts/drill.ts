/**
 * Reconciles the lockout of a simulated drill. Its verdict is on its own row, so that no key is checked or changed; the
 * decision is that of every lockout.
 */
import type { Actor } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { lockoutDecision } from '#lib/model/lockout-decision.ts';
import type { CheckPoint } from '#lib/model/lockout-transitions.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';
import { type ExecutionDeps, hasExecutionEnded } from './execution.ts';
import { type ScopeDeps, unsettledDatabases } from './scope.ts';

export type DrillLockoutDeps = ScopeDeps & ExecutionDeps & Needs<'keyById' | 'commit' | 'newId' | 'now'>;

export interface DrillLockoutInput {
  readonly lockout: Lockout;
  readonly point: CheckPoint;
  readonly actor: Actor;
}

/** Throws `not_found` for a key that was forgotten; conflicts are the caller's. */
export async function commitDrillLockout(
  deps: DrillLockoutDeps,
  { lockout, point, actor }: DrillLockoutInput,
): Promise<{ readonly lockout: Lockout | null; readonly isHeld: boolean }> {
  const key = await requireKey(deps)(lockout.teamId, lockout.keyId);
  const facts = { key: { ...key, status: lockout.drill?.verdict ?? key.status }, lockout, point, actor };
  const [unsettled, hasEnded] = await Promise.all([unsettledDatabases(deps, facts), hasExecutionEnded(deps, lockout)]);
  const { newId, now } = deps;
  const at = now();
  const decided = lockoutDecision({
    ...facts,
    ...{ checks: [], unsettled, hasEnded, at, newId, waitingPeriodSeconds: 0 },
  });
  const { changes, entries, effects } = decided;
  if (changes.length + entries.length > 0) await deps.commit({ teamId: lockout.teamId, at, changes, entries, effects });
  return decided;
}
