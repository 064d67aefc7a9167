/** Setting a service's counters to 0. */

import type { Database } from '#lib/model/database.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { notFound } from '#lib/model/problem.ts';
import { mustBeDone } from './provision.ts';
import { type ReadinessDeps, refuseUnready } from './readiness.ts';

export interface ResetDeps extends ReadinessDeps {
  readonly findDatabase: (teamId: string, nameOrId: string) => Promise<Database | null>;
  readonly fleet: () => Promise<Fleet>;
}

/** Throws `not_found`, `key_unusable`, `wrong_state`. */
export const resetStatistics =
  (deps: ResetDeps) =>
  async ({ teamId, database: nameOrId }: { teamId: string; database: string }): Promise<void> => {
    const database = await deps.findDatabase(teamId, nameOrId);
    if (!database) throw notFound('database', nameOrId);
    await refuseUnready(deps, database, 'reset its statistics');
    mustBeDone(await (await deps.fleet()).resetStatistics([database.serverId]));
  };
