/**
 * Reconciles a key with its lockout: checks the key, decides (`lib/model/key-decision.ts`), and commits the result.
 * Events, the sweep, requests and the steps of workflows all use it, so that a late, duplicate, lost or forged event
 * only changes when a check runs. Idempotent: without a change it writes nothing.
 */

import { type CheckDeps, checkKey } from '#lib/keys/check.ts';
import { type AwaitDeps, awaitDeliveryProof } from '#lib/keys/proof.ts';
import type { Collected } from '#lib/keys/readiness-facts.ts';
import { isRecent } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { canServe, type Key, teamContext } from '#lib/model/key.ts';
import { keyDecision } from '#lib/model/key-decision.ts';
import { findsTheSame } from '#lib/model/key-probe.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutFacts } from '#lib/model/lockout-decision.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';
import { type ExecutionDeps, hasExecutionEnded } from './execution.ts';
import { type ScopeDeps, unsettledDatabases } from './scope.ts';

export type ReconcileDeps = Omit<CheckDeps, 'settings'> &
  AwaitDeps &
  ScopeDeps &
  ExecutionDeps &
  Needs<'opensCanary' | 'quickCheck' | 'keyById' | 'lockoutById' | 'commit' | 'newId'> & {
    readonly settings: () => ReturnType<CheckDeps['settings']> & { readonly waitingPeriodSeconds: number };
    /** Null in workflows: only observations collect what readiness rests on. */
    readonly collectFacts: ((key: Key) => Promise<Collected>) | null;
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
    if (known && (await isUnchanged(deps, known, depth))) return { key: known, lockout: null };
    return retryOnConflict(async () => {
      const key = await requireKey(deps)(teamId, keyId);
      if (!known && (await isUnchanged(deps, key, depth))) return { key, lockout: null };
      const lockout = key.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null;
      return checkAndCommit(deps, { key, lockout, actor, point: 'observed' });
    });
  };

/** Whether a check that is cheaper than a full one finds a key without a lockout as the last check left it. */
async function isUnchanged(deps: ReconcileDeps, key: Key, depth: Observation['depth']): Promise<boolean> {
  const { arn, canary, status, check } = key;
  if (depth === 'full' || !canServe(status) || key.lockoutId || !canary) return false;
  const context = teamContext(key.teamId);
  if (depth === 'canary' && status === 'usable') return (await deps.opensCanary(arn, canary, context)) === null;
  return findsTheSame(await deps.quickCheck(arn, canary, context), check.actions);
}

/** Conflicts are the caller's: it reads the key and the lockout again. */
export async function checkAndCommit(
  deps: ReconcileDeps,
  { key: before, lockout, point, actor }: Pick<LockoutFacts, 'key' | 'lockout' | 'point' | 'actor'>,
): Promise<Reconciled & { readonly isHeld: boolean }> {
  const isTwice = point === 'started' && lockout?.state === 'waiting';
  const { key: checked, checks } = await checkKey(deps, before, isTwice);
  const key = await withFacts(deps, { before, checked, actor });
  // Never rejects.
  const proofAwaited = awaitDeliveryProof(deps, key.arn, key.check);
  const [unsettled, hasEnded] = await Promise.all([
    unsettledDatabases(deps, { key, lockout, point }),
    hasExecutionEnded(deps, lockout),
  ]);
  const at = deps.now();
  const input = { at, newId: deps.newId, waitingPeriodSeconds: deps.settings().waitingPeriodSeconds };
  const decided = keyDecision({ before, key, lockout, point, actor, checks, unsettled, hasEnded, ...input });
  // A requested check is stored even without a change: the response shows its time.
  const isWritten = decided.hasNews || actor.kind === 'token';
  const { teamId } = key;
  await Promise.all([isWritten ? deps.commit({ teamId, at, ...decided.commit }) : null, proofAwaited]);
  return { ...decided, key: isWritten ? written(decided.key) : decided.key };
}

/** Facts about a key change slowly; KMS's quota for listing grants is 100 a second. */
const factsAgeMs = 10 * 60_000;

/** Facts are not collected before a loss of the key is acted on. */
async function withFacts(
  { collectFacts, now }: ReconcileDeps,
  { before, checked, actor }: { readonly before: Key; readonly checked: Key; readonly actor: Actor },
): Promise<Key> {
  const isLoss = !canServe(checked.status) && checked.status !== before.status;
  const isDue = actor.kind === 'token' || !before.facts || !isRecent(before.facts.at, now(), factsAgeMs);
  return collectFacts && isDue && !isLoss ? { ...checked, ...(await collectFacts(checked)) } : checked;
}

const written = (key: Key): Key => ({ ...key, version: key.version + 1 });
