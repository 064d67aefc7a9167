/** GET /v1/databases/{database}/backups/{backup}: one backup. */

import { foundBackup } from '#lib/backups/find.ts';
import { backupView, GetBackup } from '#lib/contracts/backups.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { finding } from '#lib/wiring/backups.ts';

export const handler = endpoint(GetBackup, () => {
  const find = foundBackup(finding());
  return async (request) => backupView(await find(request));
});
