/** Reconciles an open lockout: starts a new execution if the last one ended. */

import { isRecent } from '#lib/model/clock.ts';
import { lockoutSaved } from '#lib/model/items/lockouts.ts';
import { executionName, type Lockout } from '#lib/model/lockout.ts';
import { workflowFor } from '#lib/model/lockout-decision.ts';
import { runAgain } from '#lib/model/lockout-transitions.ts';
import type { Needs } from '#lib/model/ports.ts';
import { tellIfLate } from './lateness.ts';

export type ReconcileDeps = Needs<'isRunning' | 'commit' | 'now'>;

/** An execution that was requested less than this ago may not have started yet. */
const startUpMs = 60_000;

export const reconcileLockout =
  ({ isRunning, commit, now }: ReconcileDeps) =>
  async (lockout: Lockout): Promise<void> => {
    const at = now();
    tellIfLate(lockout, at);
    if (!lockout.machine || isRecent(lockout.runAt, at, startUpMs)) return;
    if (await isRunning(lockout.machine, executionName(lockout))) return;
    const next = { ...lockout, ...runAgain(lockout, at) };
    await commit({
      teamId: lockout.teamId,
      at,
      changes: [lockoutSaved(next)],
      entries: [],
      effects: [workflowFor(next)],
    });
  };
