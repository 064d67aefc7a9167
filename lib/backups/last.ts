/** The last backup of a database, committed with its destruction and taken by the destroy-database execution. */

import type { AssertReadyDeps } from '#lib/model/assert-ready.ts';
import type { LastBackup } from '#lib/model/backup.ts';
import { assertBackupPossible, type BeginDeps, newBackup } from './begin.ts';

/**
 * A repeated request after an interrupted destruction creates a new backup. Throws `key_unusable`,
 * `key_degraded`, `wrong_state`.
 */
export const lastBackup =
  (deps: BeginDeps & AssertReadyDeps): LastBackup =>
  async (database, actor) => {
    await assertBackupPossible(
      deps,
      database.status === 'destroying' ? { ...database, status: 'available' } : database,
    );
    return newBackup(deps, { database, trigger: 'destroy', actor });
  };
