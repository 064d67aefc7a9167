/** Setting a service's counters to 0. */

import type { Needs } from '#lib/model/ports.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { mustBeDone } from './provision.ts';
import { type ReadinessDeps, refuseUnready } from './readiness.ts';

export type ResetDeps = ReadinessDeps & Needs<'findDatabase' | 'fleet'>;

/** Throws `not_found`, `key_unusable`, `wrong_state`. */
export const resetStatistics =
  (deps: ResetDeps) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<void> => {
    const database = await requireDatabase(deps)(teamId, nameOrId);
    await refuseUnready(deps, database, 'reset its statistics');
    mustBeDone(await (await deps.fleet()).resetStatistics([database.serverId]));
  };
