/**
 * What the CLI's `redis:*` commands read and change of a database: they measure its server and decrypt its password,
 * and are the only function of this API that does both.
 */

import { ConfigChange } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const databases = heroku.databases();
  const actions = heroku.databaseActions();
  return {
    'GET /redis/v0/databases/{database}': actionRoute(databases.get),
    'GET /redis/v0/databases/{database}/wait': readRoute(databases.wait),
    'GET /redis/v0/databases/{database}/maintenance': readRoute(heroku.maintenanceMessage()),
    'POST /redis/v0/databases/{database}/credentials_rotation': actionRoute(actions.rotate),
    'PATCH /redis/v0/databases/{database}/config': writeRoute(ConfigChange, actions.configure),
    'POST /redis/v0/databases/{database}/stats/reset': actionRoute(actions.resetStatistics),
    'POST /redis/v0/databases/{database}/upgrade': actionRoute(actions.refuseUpgrade),
  };
});
