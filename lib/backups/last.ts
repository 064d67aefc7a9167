/** The last backup of a database, committed with its destruction and taken by the destroy-database execution. */

import type { LastBackup } from '#lib/model/backup.ts';
import type { ReadinessDeps } from '#lib/model/readiness.ts';
import { assertBackupPossible, type BeginDeps, newBackup } from './begin.ts';

/** A repeated request after an interrupted destruction creates a new backup. Throws `key_unusable`, `wrong_state`. */
export const lastBackup =
  (deps: BeginDeps & ReadinessDeps): LastBackup =>
  async (database, actor) => {
    await assertBackupPossible(
      deps,
      database.status === 'destroying' ? { ...database, status: 'available' } : database,
    );
    return newBackup(deps, { database, trigger: 'destroy', actor });
  };
