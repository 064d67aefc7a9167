/** `heroku apps`, `apps:create`, `apps:info`, `apps:destroy`. */

import { NewApp } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const apps = heroku.apps();
  return {
    'GET /apps': reading(apps.list),
    'GET /users/{user}/apps': reading(apps.list),
    'GET /teams/{team}/apps': reading(apps.list),
    'POST /apps': writing(NewApp, apps.create),
    'POST /teams/apps': writing(NewApp, apps.create),
    'GET /apps/{app}': reading(apps.get),
    'DELETE /apps/{app}': acting(apps.destroy),
    'GET /apps/{app}/collaborators': reading(apps.collaborators),
  };
});
