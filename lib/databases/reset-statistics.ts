/** Resets a service's counters. */

import { assertDone } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { assertReady, type ReadinessDeps } from '#lib/model/readiness.ts';
import { requireDatabase } from '#lib/model/require.ts';

export type ResetDeps = ReadinessDeps & Needs<'findDatabase'> & NeedsFleet<'resetStatistics'>;

/** Throws `not_found`, `key_unusable`, `wrong_state`. */
export const resetStatistics =
  (deps: ResetDeps) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<void> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    await assertReady(deps, database, 'reset its statistics');
    assertDone(await (await deps.fleet()).resetStatistics([database.serverId]));
  };
