/** Setting a service's counters to 0. */

import type { Needs } from '#lib/model/ports.ts';
import { notFound } from '#lib/model/problem.ts';
import { mustBeDone } from './provision.ts';
import { type ReadinessDeps, refuseUnready } from './readiness.ts';

export type ResetDeps = ReadinessDeps & Needs<'findDatabase' | 'fleet'>;

/** Throws `not_found`, `key_unusable`, `wrong_state`. */
export const resetStatistics =
  (deps: ResetDeps) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<void> => {
    const database = await deps.findDatabase(teamId, nameOrId);
    if (!database) throw notFound('database', nameOrId);
    await refuseUnready(deps, database, 'reset its statistics');
    mustBeDone(await (await deps.fleet()).resetStatistics([database.serverId]));
  };
