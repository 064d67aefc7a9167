/** Aborts a drill: the drill machine removes the fork at its next poll. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import { type Drill, isEnded, judged } from '#lib/model/drill.ts';
import { aborted } from '#lib/model/drill-verdict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { drillSaved } from '#lib/model/items/drills.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import { requireDrill } from '#lib/model/require.ts';
import { advancedEntry } from './entries.ts';

/** Idempotent until the drill has ended. Throws `not_found`, `wrong_state` for a drill that has ended. */
export const abortDrill =
  (deps: Needs<'drillById' | 'commit' | 'now'>) =>
  ({ teamId, drill: id, actor }: { teamId: string; drill: string; actor: Actor }): Promise<Drill> =>
    retryOnConflict(async () => {
      const drill = await requireDrill(deps)(teamId, id);
      if (isEnded(drill))
        throw wrongState(drill.stage, `Drill ${id} has ended already. GET /v1/drills/${id} has its report.`);
      if (drill.stage === 'removing') return drill;
      const at = deps.now();
      const next = judged(drill, aborted(`${actor.kind} ${actor.id}`), at);
      await deps.commit({ teamId, at, changes: [drillSaved(next)], entries: [advancedEntry(drill, next, actor)] });
      return { ...next, version: next.version + 1 };
    });
