/** GET /v1/databases/{database}/backups: a database's backups. */

import { listBackups } from '#lib/backups/find.ts';
import { backupView, ListBackups } from '#lib/contracts/backups.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { finding } from '#lib/wiring/backups.ts';

export const handler = endpoint(ListBackups, () => {
  const list = listBackups(finding());
  return async (request) => {
    const { items, cursor } = await list(request);
    return { items: items.map(backupView), cursor };
  };
});
