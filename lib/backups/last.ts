/** The last backup of a database that is to be destroyed: begun with the destruction, taken by it, and kept for its days. */

import type { ReadinessDeps } from '#lib/databases/readiness.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { type BeginDeps, beginning, refuseUnfit } from './begin.ts';

export type LastBackup = (database: Database, actor: Actor) => Promise<ReturnType<typeof beginning>>;

/** Asked again for one whose destruction was held up, it begins anew. Throws `key_unusable`, `wrong_state`. */
export const lastBackup =
  (deps: BeginDeps & ReadinessDeps): LastBackup =>
  async (database, actor) => {
    await refuseUnfit(deps, database.status === 'destroying' ? { ...database, status: 'available' } : database);
    return beginning(deps, { database, trigger: 'destroy', actor });
  };
