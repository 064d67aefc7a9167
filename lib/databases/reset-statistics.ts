/** Resets a service's counters. */

import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { requireDatabase } from '#lib/model/require.ts';

/** Throws `not_found`, `key_unusable`, `wrong_state`. */
export const resetStatistics =
  (deps: AssertReadyDeps & Needs<'findDatabase'> & NeedsFleet<'resetStatistics'>) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<void> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    await assertReady(deps, database, { doing: 'reset its statistics' });
    assertDone(await (await deps.fleet()).resetStatistics([database.serverId]));
  };
