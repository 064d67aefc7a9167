/** The last backup of a database that is to be destroyed: begun with the destruction, taken by it, and kept for its days. */

import type { LastBackup } from '#lib/model/backup.ts';
import type { ReadinessDeps } from '#lib/model/readiness.ts';
import { assertBackupPossible, type BeginDeps, beginning } from './begin.ts';

/** Asked again for one whose destruction was held up, it begins anew. Throws `key_unusable`, `wrong_state`. */
export const lastBackup =
  (deps: BeginDeps & ReadinessDeps): LastBackup =>
  async (database, actor) => {
    await assertBackupPossible(
      deps,
      database.status === 'destroying' ? { ...database, status: 'available' } : database,
    );
    return beginning(deps, { database, trigger: 'destroy', actor });
  };
