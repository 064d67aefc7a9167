/**
 * Restores a backup to a new database. The checks run before anything exists; a step of provision-database loads the
 * data.
 */

import { assertMemory } from '#lib/databases/fitting.ts';
import { type Backup, type RestoreRequest, refOf } from '#lib/model/backup.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Key } from '#lib/model/key.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import { requireBackup, requireDatabaseById } from '#lib/model/require.ts';

export type RestorableDeps = Needs<'backupById' | 'keyById'>;

/** Returns the backup. Throws `not_found`, `wrong_state`, `operator_required`, `key_unusable`, `plan_unsupported`. */
export const restorable =
  (deps: RestorableDeps) =>
  async ({ teamId, backup: id, plan, withKey }: RestoreRequest): Promise<Backup> => {
    const backup = await requireBackup(deps)(teamId, id);
    if (backup.status !== 'available')
      throw wrongState(backup.status, `Backup ${id} is ${backup.status}, so nothing can be restored from it.`);
    assertWithKey(backup, withKey);
    await assertReadable(deps, backup);
    assertMemory(plan, Math.ceil((backup.memoryBytes ?? 0) / 2 ** 20), { subject: `the data of backup ${id} took` });
    return backup;
  };

/** Moving data from a customer's key to the platform's key is left to the operator (promise 8). */
function assertWithKey({ id, keyArn }: Backup, withKey: boolean): void {
  if (withKey || !keyArn) return;
  throw new Problem(
    'operator_required',
    `Backup ${id} is encrypted under a customer key, so a database restored from it needs one too: ` +
      'add encryptionKey. To stop using a customer key, contact the operator.',
    { backup: id },
  );
}

/** A key that is no longer registered has no known state: KMS decides when the backup is decrypted. */
async function assertReadable({ keyById }: RestorableDeps, { id, teamId, keyId, keyArn }: Backup): Promise<void> {
  const key = keyId ? await keyById(teamId, keyId) : null;
  if (!key || isReadable(key)) return;
  throw new Problem(
    'key_unusable',
    `Backup ${id} cannot be read while its key ${keyArn} is unusable. Make the key usable again, then repeat.`,
    { cause: key.check.cause, lockout: key.lockoutId },
  );
}

/** A key in the state `unknown` is accepted: KMS decides when the backup is decrypted. */
export const isReadable = ({ status, lockoutId }: Pick<Key, 'status' | 'lockoutId'>): boolean =>
  status !== 'unusable' && !lockoutId;

const actor: Actor = { kind: 'workflow', id: 'provision-database' };

/** Idempotent. Does nothing for a database that is not restored from a backup. */
export const restoreBackup =
  (deps: Needs<'databaseById' | 'backupById' | 'platformKeyArn' | 'commit' | 'now'> & NeedsFleet<'restore'>) =>
  ({ teamId, databaseId }: { readonly teamId: string; readonly databaseId: string }): Promise<void> =>
    retryOnConflict(async () => {
      const database = await requireDatabaseById(deps)(teamId, databaseId);
      const { restoredFrom } = database;
      if (!restoredFrom || restoredFrom.at) return;
      const backup = await requireBackup(deps)(teamId, restoredFrom.backupId);
      assertDone(
        await (await deps.fleet()).restore([
          { serverId: database.serverId, backup: refOf(backup, deps.platformKeyArn()) },
        ]),
      );
      await deps.commit(restorationCommit({ database, backup, at: deps.now() }));
    });

function restorationCommit({ database, backup, at }: { database: Database; backup: Backup; at: Date }): Commit {
  const { teamId, id: databaseId, name, keyId, keyArn } = database;
  const restoredFrom = { backupId: backup.id, at: at.toISOString() };
  const subject = { databaseId, backupId: backup.id, ...(keyId ? { keyId } : {}) };
  const data = { name, backup: backup.id, from: backup.keyArn, to: keyArn };
  return {
    teamId,
    at,
    changes: [databaseSaved({ ...database, restoredFrom })],
    entries: [{ type: 'BackupRestored', actor, subject, data }],
  };
}
