/** Removes a backup on request. It needs no key, since nothing is decrypted. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import { wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireBackup } from '#lib/model/require.ts';
import { type FindBackupsDeps, findShownBackup } from './list.ts';
import { type RemoveDeps, removeBackup } from './retention.ts';

/** A repeated request completes an interrupted removal. Throws `not_found`, `wrong_state` while it is being taken. */
export const removeBackupByHand =
  (deps: FindBackupsDeps & RemoveDeps) =>
  ({ actor, ...request }: DatabaseRequest & { backup: string }): Promise<void> =>
    retryOnConflict(async () => {
      const { id, status } = await findShownBackup(deps)(request);
      if (status === 'pending') throw wrongState(status, `Backup ${id} is being taken. Remove it afterwards.`);
      const backup = await requireBackup(deps)(request.teamId, id);
      await removeBackup(deps)(backup, actor);
    });
