/** GET /v1/databases/{database}/maintenance: when a database is maintained. */
import { GetMaintenance, maintenanceView } from '#lib/contracts/operating.ts';
import { foundDatabase } from '#lib/databases/find.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(GetMaintenance, () => {
  const find = foundDatabase(databaseStore());
  return async ({ teamId, database }) => maintenanceView(await find(teamId, database));
});
