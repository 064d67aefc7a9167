/** `heroku data:maintenances` and what belongs to it. */

import { NewWindow, Schedule } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const maintenances = heroku.maintenances();
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
