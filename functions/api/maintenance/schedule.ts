/** POST /v1/databases/{database}/maintenance/schedule: schedules a database's maintenance. */
import { maintenanceView, ScheduleMaintenance } from '#lib/contracts/operating.ts';
import { scheduleMaintenance } from '#lib/databases/maintenance.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { maintaining } from '#lib/wiring/databases.ts';

export const handler = endpoint(ScheduleMaintenance, () => {
  const schedule = scheduleMaintenance(maintaining());
  return async (request) => maintenanceView((await schedule(request)).database);
});
