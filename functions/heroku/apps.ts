/** `heroku apps`, `apps:create`, `apps:info`, `apps:destroy`. */
import { createApp, destroyApp } from '#lib/apps/create.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuApps } from '#lib/heroku/apps.ts';
import { NewApp } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { newId } from '#lib/model/ids.ts';
import { looking } from '#lib/wiring/heroku.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...recorder(), newId };
  const apps = herokuApps({ ...deps, createApp: createApp(deps), destroyApp: destroyApp(deps) });
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
