/** DELETE /v1/databases/{database}/backups/{backup}: removes a backup. */

import { removeBackupByHand } from '#lib/backups/remove.ts';
import { RemoveBackup } from '#lib/contracts/backups.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { removing } from '#lib/wiring/backups.ts';

export const handler = endpoint(RemoveBackup, () => {
  const remove = removeBackupByHand(removing());
  return async (request) => {
    await remove(request);
    return null;
  };
});
