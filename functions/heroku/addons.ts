/** `heroku addons`, `addons:create`, `addons:info`, `addons:wait`, `addons:upgrade`, `addons:rename`, `addons:destroy`. */

import { changePlan } from '#lib/databases/change-plan.ts';
import { createDatabase } from '#lib/databases/create.ts';
import { destroyDatabase } from '#lib/databases/remove.ts';
import { renameDatabase } from '#lib/databases/rename.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuAddons } from '#lib/heroku/addons.ts';
import { AddonChange, AddonSearch, NewAddon } from '#lib/heroku/requests.ts';
import { acting, asking, reading, writing } from '#lib/heroku/route.ts';
import { creating, destroying } from '#lib/wiring/database-life.ts';
import { rotating } from '#lib/wiring/databases.ts';
import { looking } from '#lib/wiring/heroku.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...rotating() };
  const addons = herokuAddons({
    ...deps,
    createDatabase: createDatabase(creating()),
    destroyDatabase: destroyDatabase(destroying()),
    changePlan: changePlan(deps),
    renameDatabase: renameDatabase(deps),
  });
  return {
    'GET /addons': reading(addons.list),
    'GET /addons/{addon}': reading(addons.get),
    'GET /addons/{addon}/addon-attachments': reading(addons.attachments),
    'POST /actions/addons/resolve': asking(AddonSearch, addons.resolve),
    'GET /apps/{app}/addons': reading(addons.listOfApp),
    'POST /apps/{app}/addons': writing(NewAddon, addons.create),
    'GET /apps/{app}/addons/{addon}': reading(addons.getOfApp),
    'PATCH /apps/{app}/addons/{addon}': writing(AddonChange, addons.change),
    'DELETE /apps/{app}/addons/{addon}': acting(addons.destroy),
  };
});
