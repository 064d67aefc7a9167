/**
 * The one step of the drill machine: reads the drill, does what its stage needs, and commits. Idempotent, so that a
 * process that is killed at any point continues at the next poll.
 */

import { retryOnConflict } from '#lib/model/conflict.ts';
import { type Drill, isEnded } from '#lib/model/drill.ts';
import type { DrillStage } from '#lib/model/drill-state.ts';
import { interruption } from '#lib/model/drill-verdict.ts';
import { joined } from '#lib/model/items/bounds.ts';
import { drillSaved } from '#lib/model/items/drills.ts';
import { requireDrill } from '#lib/model/require.ts';
import { advancedEntry } from './entries.ts';
import { awaitCatchUp, awaitFork, detach } from './fork-stages.ts';
import { awaitDisable, awaitEnable, awaitRestore, awaitStop, compare } from './lockout-stages.ts';
import { remove } from './removal.ts';
import { type AdvanceDeps, actor, type DrillContext, end, type Stage, type StageResult, wait } from './stage.ts';

export interface DrillStepResult {
  /** True also for an execution that a newer one has replaced. */
  readonly ended: boolean;
  readonly waitSeconds: number;
}

const stages: { readonly [S in DrillStage]: Stage } = {
  forking: awaitFork,
  catching_up: awaitCatchUp,
  detaching: detach,
  awaiting_disable: awaitDisable,
  locking_out: awaitStop,
  awaiting_enable: awaitEnable,
  restoring: awaitRestore,
  comparing: compare,
  removing: remove,
  ended: async (context) => wait(context, 0),
};

/** Throws `not_found`; rejects with `Transient` while a service that the stage needs is unavailable. */
export const advanceDrill =
  (deps: AdvanceDeps) =>
  (input: { teamId: string; drillId: string; run: number }): Promise<DrillStepResult> =>
    retryOnConflict(async () => {
      const drill = await requireDrill(deps)(input.teamId, input.drillId);
      if (isEnded(drill) || drill.run !== input.run) return { ended: true, waitSeconds: 0 };
      const context = await readContext(deps, drill);
      const verdict = interruption(context);
      const result = verdict ? end(context, verdict) : await stages[drill.stage](context);
      await commitResult(context, result);
      return { ended: isEnded(result.drill), waitSeconds: Math.max(1, result.waitSeconds) };
    });

async function readContext(deps: AdvanceDeps, drill: Drill): Promise<DrillContext> {
  const { teamId, keyId, drillKeyId, forkId, leaderId, lockoutId } = drill;
  const [fork, leader, key, drillKey, lockout] = await Promise.all([
    deps.databaseById(teamId, forkId),
    deps.databaseById(teamId, leaderId),
    deps.keyById(teamId, keyId),
    deps.keyById(teamId, drillKeyId),
    lockoutId ? deps.lockoutById(teamId, lockoutId) : null,
  ]);
  return { deps, drill, fork, leader, key, drillKey, lockout, at: deps.now() };
}

/** Writes only if the poll changed something. */
async function commitResult(context: DrillContext, { drill: next, part, at = context.at }: StageResult): Promise<void> {
  const { deps, drill } = context;
  if (next === drill && !part) return;
  const advanced = next.stage === drill.stage || isEnded(next) ? [] : [advancedEntry(drill, next, actor)];
  const changes = next === drill ? [] : [drillSaved(next)];
  await deps.commit({
    teamId: drill.teamId,
    at,
    ...joined([{ changes, entries: advanced, effects: [] }, ...(part ? [part] : [])]),
  });
}
