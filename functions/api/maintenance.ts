/**
 * Sets when a database is maintained, and begins its maintenance. They are a function of their own: it writes the table
 * and publishes events; the work itself is an outbox message's.
 */
import {
  maintenanceView,
  RunMaintenance,
  ScheduleMaintenance,
  SetMaintenanceWindow,
} from '#lib/contracts/operating.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const setWindow = databases.setWindow();
  const schedule = databases.scheduleWork();
  const run = databases.runWork();
  return {
    'PATCH /v1/databases/{database}/maintenance': route(SetMaintenanceWindow, async (request) =>
      maintenanceView(await setWindow(request)),
    ),
    'POST /v1/databases/{database}/maintenance/schedule': route(ScheduleMaintenance, async (request) =>
      maintenanceView((await schedule(request)).database),
    ),
    'POST /v1/databases/{database}/maintenance/runs': route(RunMaintenance, async (request) =>
      maintenanceView(await run(request)),
    ),
  };
});
