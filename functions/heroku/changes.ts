/**
 * Changes that write the table and publish events: apps, their processes, and maintenance. They use no key or server.
 */

import { NewApp, NewWindow, Schedule } from '#lib/heroku/requests.ts';
import { actionRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => ({ ...appRoutes(), ...dynoRoutes(), ...maintenanceRoutes() }));

function appRoutes() {
  const apps = heroku.appChanges();
  return {
    'POST /apps': writeRoute(NewApp, apps.create),
    'POST /teams/apps': writeRoute(NewApp, apps.create),
    'DELETE /apps/{app}': actionRoute(apps.destroy),
  };
}

/** Dynos are restarted; scaling and stopping them is refused. */
function dynoRoutes() {
  const dynos = heroku.dynoChanges();
  return {
    'PATCH /apps/{app}/formation': actionRoute(dynos.refuse),
    'DELETE /apps/{app}/dynos': actionRoute(dynos.restart),
    'DELETE /apps/{app}/dynos/{dyno}': actionRoute(dynos.restartOne),
    'DELETE /apps/{app}/formations/{dyno}': actionRoute(dynos.restartOne),
    'POST /apps/{app}/dynos/{dyno}/actions/stop': actionRoute(dynos.refuse),
    'POST /apps/{app}/formations/{dyno}/actions/stop': actionRoute(dynos.refuse),
  };
}

function maintenanceRoutes() {
  const maintenances = heroku.maintenanceChanges();
  return {
    'POST /data/maintenances/v1/{addon}/window': writeRoute(NewWindow, maintenances.setWindow),
    'POST /data/maintenances/v1/{addon}/schedule': writeRoute(Schedule, maintenances.schedule),
    'POST /data/maintenances/v1/{addon}/run': actionRoute(maintenances.run),
  };
}
