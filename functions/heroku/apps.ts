/** `heroku apps`, `apps:create`, `apps:info`, `apps:destroy`. */
import * as z from 'zod/mini';
import { createApp, destroyApp } from '#lib/apps/create.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuApps } from '#lib/heroku/apps.ts';
import { looking } from '#lib/heroku/assembly.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { newId } from '#lib/ids.ts';
import { recorder } from '#lib/outbox/record.ts';

/** The CLI may send a team, a region and more; a team has one of each here. */
const NewApp = z.looseObject({ name: z.optional(z.string()), space: z.optional(z.string()) });

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
