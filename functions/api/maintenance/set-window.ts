/** PATCH /v1/databases/{database}/maintenance: sets a database's weekly window. */
import { maintenanceView, SetMaintenanceWindow } from '#lib/contracts/operating.ts';
import { setMaintenanceWindow } from '#lib/databases/maintenance.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { maintaining } from '#lib/wiring/databases.ts';

export const handler = endpoint(SetMaintenanceWindow, () => {
  const set = setMaintenanceWindow(maintaining());
  return async (request) => maintenanceView(await set(request));
});
