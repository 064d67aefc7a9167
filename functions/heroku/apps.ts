/** `heroku apps`, `apps:create`, `apps:info`, `apps:destroy`. */

import { NewApp } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const apps = heroku.apps();
  return {
    'GET /apps': readRoute(apps.list),
    'GET /users/{user}/apps': readRoute(apps.list),
    'GET /teams/{team}/apps': readRoute(apps.list),
    'POST /apps': writeRoute(NewApp, apps.create),
    'POST /teams/apps': writeRoute(NewApp, apps.create),
    'GET /apps/{app}': readRoute(apps.get),
    'DELETE /apps/{app}': actionRoute(apps.destroy),
    'GET /apps/{app}/collaborators': readRoute(apps.collaborators),
  };
});
