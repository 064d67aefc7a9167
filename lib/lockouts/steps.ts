/**
 * The steps of both state machines between their batches: confirm and advance. Each step reconciles the key, and
 * returns the batches of the phase that follows. Idempotent.
 */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { isOfFork, isOver, isSuperseded } from '#lib/model/lockout.ts';
import type { Phase } from '#lib/model/lockout-phases.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { requireKey, requireLockout } from '#lib/model/require.ts';
import { commitDrillLockout, type DrillLockoutInput } from './drill.ts';
import { firstPhase, type PacedBatch, paced, type Rates, secondPhase } from './pace.ts';
import { checkAndCommit, type ReconcileDeps } from './reconcile.ts';
import { batchesOf } from './scope.ts';

export type StepDeps = ReconcileDeps & { readonly rates: () => Rates };

export interface StepInput {
  readonly teamId: string;
  readonly keyId: string;
  readonly lockoutId: string;
  readonly run: number;
}

export interface StepResult {
  /** `superseded`: a newer execution has taken over. */
  readonly state: LockoutState | 'superseded';
  /** The key's databases in batches of at most 50 for the next Map state; empty if none follows. */
  readonly batches: readonly PacedBatch[];
}

const actor: Actor = { kind: 'workflow', id: 'lockout' };

/** Confirms the lockout's direction. `waiting` is decided now; a restarted execution continues in the current state. */
export const confirmLockout = (deps: StepDeps) => (input: StepInput) =>
  step(deps, input, { point: 'started', isDue: (state) => !isOver(state), phaseAt: firstPhase });

/**
 * After all batches of a step: enters the next state, or reverses. Databases that are held keep the current state
 * open.
 */
export const advanceLockout =
  (deps: StepDeps) =>
  ({ from, ...input }: StepInput & { readonly from: LockoutState }) =>
    step(deps, input, { point: 'completed', isDue: (state) => state === from, phaseAt: secondPhase });

interface Step {
  readonly point: 'started' | 'completed';
  /** False for a lockout that has moved on: it is neither checked nor changed. */
  readonly isDue: (state: LockoutState) => boolean;
  /** The phase that follows. */
  readonly phaseAt: (state: LockoutState) => Phase | null;
}

/** A superseded execution does nothing. */
const step = (
  deps: StepDeps,
  { teamId, lockoutId, run }: StepInput,
  { point, isDue, phaseAt }: Step,
): Promise<StepResult> =>
  retryOnConflict(async () => {
    const before = await requireLockout(deps)(teamId, lockoutId);
    if (isSuperseded(before, run)) return { state: 'superseded', batches: [] };
    const { lockout, isHeld } = isDue(before.state)
      ? await reconciled(deps, { lockout: before, point, actor })
      : { lockout: before, isHeld: false };
    const state = lockout?.state ?? before.state;
    const phase = isHeld ? null : phaseAt(state);
    const schedule = { rates: deps.rates(), at: deps.now() };
    return { state, batches: phase ? paced(await batchesOf(deps, before), phase, schedule) : [] };
  });

/** The lockout of a simulated drill is decided without a check of the key. */
const reconciled = async (deps: StepDeps, input: DrillLockoutInput) =>
  isOfFork(input.lockout)
    ? commitDrillLockout(deps, input)
    : checkAndCommit(deps, { ...input, key: await requireKey(deps)(input.lockout.teamId, input.lockout.keyId) });
