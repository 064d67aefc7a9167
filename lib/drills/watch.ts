/** The drill watch, once a minute: restarts the execution of a drill whose last one ended early. */

import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import { drillExecutionName, isEnded } from '#lib/model/drill.ts';
import { drillSaved, type OpenDrill } from '#lib/model/items/drills.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { workflowOf } from './start.ts';

export type DrillWatchDeps = Needs<'openDrills' | 'drillById' | 'isRunning' | 'commit' | 'now'>;

/** An execution that was requested less than this ago may not have started yet. */
const startUpMs = 60_000;

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
    const at = deps.now();
    if (!drill || isEnded(drill) || isRecent(drill.runAt, at, startUpMs)) return;
    if (await deps.isRunning('drill', drillExecutionName(drill))) return;
    const next = { ...drill, run: drill.run + 1, runAt: at.toISOString() };
    await deps.commit({ teamId, at, changes: [drillSaved(next)], effects: [workflowOf(next)] });
  });
