/** POST /v1/databases/{database}/maintenance/runs: begins a database's maintenance now; answers 202. */
import { maintenanceView, RunMaintenance } from '#lib/contracts/operating.ts';
import { runMaintenance } from '#lib/databases/maintenance.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { maintaining } from '#lib/wiring/databases.ts';

export const handler = endpoint(RunMaintenance, () => {
  const run = runMaintenance(maintaining());
  return async (request) => maintenanceView(await run(request));
});
