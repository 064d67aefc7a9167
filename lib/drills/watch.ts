/** The drill watch, once a minute: restarts the execution of a drill whose last one ended early. */

import { log } from '#lib/log.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { drillExecutionName, isEnded } from '#lib/model/drill.ts';
import { isUnderWay } from '#lib/model/execution.ts';
import { drillSaved, type OpenDrill } from '#lib/model/items/drills.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { workflowOf } from './new-drill.ts';

export type DrillWatchDeps = Needs<'openDrills' | 'drillById' | 'isRunning' | 'commit' | 'now'>;

/** A failure for one drill does not affect others. */
export const watchDrills = (deps: DrillWatchDeps) => async (): Promise<void> => {
  for (const open of await allOf((after) => deps.openDrills(after))) {
    await resume(deps, open).catch((error: unknown) => {
      log.error('The drill watch failed for a drill', { drillId: open.drillId, error: error as Error });
    });
  }
};

const resume = (deps: DrillWatchDeps, { teamId, drillId }: OpenDrill): Promise<void> =>
  retryOnConflict(async () => {
    const drill = await deps.drillById(teamId, drillId);
    if (!drill || isEnded(drill)) return;
    const execution = { machine: 'drill', name: drillExecutionName(drill), requestedAt: drill.runAt } as const;
    if (await isUnderWay(deps, execution)) return;
    const at = deps.now();
    const next = { ...drill, run: drill.run + 1, runAt: at.toISOString() };
    await deps.commit({ teamId, at, changes: [drillSaved(next)], effects: [workflowOf(next)] });
  });
