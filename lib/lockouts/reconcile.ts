/**
 * Reconciles a key with its lockout: checks the key, decides (`lib/model/key-decision.ts`), and commits the result.
 * Events, the sweep, requests and the steps of workflows all use it, so that a late, duplicate, lost or forged event
 * only changes when a check runs. Idempotent: without news it writes nothing.
 */

import { type CheckDeps, checkKey } from '#lib/keys/check.ts';
import { type AwaitDeps, awaitDeliveryProof } from '#lib/keys/proof.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import { type Key, teamContext } from '#lib/model/key.ts';
import { keyDecision } from '#lib/model/key-decision.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { type LockoutFacts, targetState } from '#lib/model/lockout-decision.ts';
import { entryConditions } from '#lib/model/lockout-phases.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';
import { type ExecutionDeps, hasExecutionEnded } from './execution.ts';
import { databasesWithout, type ScopeDeps } from './scope.ts';

export type ReconcileDeps = Omit<CheckDeps, 'settings'> &
  AwaitDeps &
  ScopeDeps &
  ExecutionDeps &
  Needs<'opensCanary' | 'keyById' | 'lockoutById' | 'commit' | 'newId'> & {
    readonly settings: () => ReturnType<CheckDeps['settings']> & { readonly waitingPeriodSeconds: number };
  };

export interface Reconciled {
  readonly key: Key;
  /** The open lockout, or the lockout that this reconciliation completed. */
  readonly lockout: Lockout | null;
}

/** Throws `not_found`; `version_mismatch` after ten lost races. */
export const reconcileKey =
  (deps: ReconcileDeps) =>
  async ({ teamId, keyId, actor, depth, known }: Observation): Promise<Reconciled> => {
    const isUnchanged = async (key: Key) => depth === 'quick' && (await opensItsCanary(deps, key));
    if (known && (await isUnchanged(known))) return { key: known, lockout: null };
    return retryOnConflict(async () => {
      const key = await requireKey(deps)(teamId, keyId);
      if (!known && (await isUnchanged(key))) return { key, lockout: null };
      const lockout = key.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null;
      return checkAndCommit(deps, { key, lockout, actor, point: 'observed' });
    });
  };

/** A usable key without a lockout whose canary can be decrypted is unchanged. */
async function opensItsCanary({ opensCanary }: ReconcileDeps, key: Key): Promise<boolean> {
  if (key.status !== 'usable' || key.lockoutId || !key.canary) return false;
  return (await opensCanary(key.arn, key.canary, teamContext(key.teamId))) === null;
}

/** Conflicts are the caller's: it reads the key and the lockout again. */
export async function checkAndCommit(
  deps: ReconcileDeps,
  { key: before, lockout, point, actor }: Pick<LockoutFacts, 'key' | 'lockout' | 'point' | 'actor'>,
): Promise<Reconciled & { readonly isHeld: boolean }> {
  const isTwice = point === 'started' && lockout?.state === 'waiting';
  const { key, checks } = await checkKey(deps, before, isTwice);
  // Never rejects.
  const proofAwaited = awaitDeliveryProof(deps, key.arn, key.check);
  const [unsettled, hasEnded] = await Promise.all([
    unsettledDatabases(deps, { key, lockout, point }),
    hasExecutionEnded(deps, lockout),
  ]);
  const at = deps.now();
  const input = { at, newId: deps.newId, waitingPeriodSeconds: deps.settings().waitingPeriodSeconds };
  const decided = keyDecision({ before, key, lockout, point, actor, checks, unsettled, hasEnded, ...input });
  // A requested check is stored even without news: the response shows its time.
  const isWritten = decided.hasNews || actor.kind === 'token';
  const { teamId } = key;
  await Promise.all([isWritten ? deps.commit({ teamId, at, ...decided.commit }) : null, proofAwaited]);
  return { ...decided, key: isWritten ? written(decided.key) : decided.key };
}

const written = (key: Key): Key => ({ ...key, version: key.version + 1 });

/** The databases that keep the lockout from entering its next state. */
async function unsettledDatabases(
  deps: ReconcileDeps,
  input: Pick<LockoutFacts, 'key' | 'lockout' | 'point'>,
): Promise<Database[]> {
  const to = targetState(input);
  const condition = to && input.point === 'completed' ? entryConditions[to] : undefined;
  return condition && input.lockout ? databasesWithout(deps, input.lockout, condition) : [];
}
