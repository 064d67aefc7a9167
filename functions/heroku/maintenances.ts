/** `heroku data:maintenances` and what belongs to it. */

import { runMaintenance, scheduleMaintenance, setMaintenanceWindow } from '#lib/databases/maintenance.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuMaintenances } from '#lib/heroku/maintenances.ts';
import { NewWindow, Schedule } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { rotating } from '#lib/wiring/databases.ts';
import { looking } from '#lib/wiring/heroku.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...rotating() };
  const maintenances = herokuMaintenances({
    ...deps,
    setMaintenanceWindow: setMaintenanceWindow(deps),
    scheduleMaintenance: scheduleMaintenance(deps),
    runMaintenance: runMaintenance(deps),
  });
  return {
    'GET /data/maintenances/v1/apps/{app}': reading(maintenances.listOfApp),
    'GET /data/maintenances/v1/{addon}': reading(maintenances.get),
    'GET /data/maintenances/v1/{addon}/{rest+}': reading(maintenances.history),
    'GET /data/maintenances/v1/{addon}/window': reading(maintenances.window),
    'POST /data/maintenances/v1/{addon}/window': writing(NewWindow, maintenances.setWindow),
    'POST /data/maintenances/v1/{addon}/schedule': writing(Schedule, maintenances.schedule),
    'POST /data/maintenances/v1/{addon}/run': acting(maintenances.run),
    'GET /redis/v0/databases/{database}/maintenance': reading(maintenances.message),
  };
});
