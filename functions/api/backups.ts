/** Creates and removes backups. They are a function of their own, the only one of the REST API that deletes backups. */
import { backupView, CreateBackup, RemoveBackup } from '#lib/contracts/backups.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as backups from '#lib/wiring/backups.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const request = backups.request();
  return {
    'POST /v1/databases/{database}/backups': route(CreateBackup, async (wanted) =>
      backupView({ ...(await request(wanted)), readable: false }),
    ),
    'DELETE /v1/databases/{database}/backups/{backup}': route(RemoveBackup, backups.remove()),
  };
});
