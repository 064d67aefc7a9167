/** `heroku data:maintenances` and what belongs to it. */

import { NewWindow, Schedule } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const maintenances = heroku.maintenances();
  return {
    'GET /data/maintenances/v1/apps/{app}': readRoute(maintenances.listOfApp),
    'GET /data/maintenances/v1/{addon}': readRoute(maintenances.get),
    'GET /data/maintenances/v1/{addon}/{rest+}': readRoute(maintenances.history),
    'GET /data/maintenances/v1/{addon}/window': readRoute(maintenances.window),
    'POST /data/maintenances/v1/{addon}/window': writeRoute(NewWindow, maintenances.setWindow),
    'POST /data/maintenances/v1/{addon}/schedule': writeRoute(Schedule, maintenances.schedule),
    'POST /data/maintenances/v1/{addon}/run': actionRoute(maintenances.run),
    'GET /redis/v0/databases/{database}/maintenance': readRoute(maintenances.message),
  };
});
