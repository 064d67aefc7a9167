/** `heroku addons`, `addons:create`, `addons:info`, `addons:wait`, `addons:upgrade`, `addons:rename`, `addons:destroy`. */

import { AddonChange, AddonSearch, NewAddon } from '#lib/heroku/requests.ts';
import { acting, asking, reading, writing } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const addons = heroku.addons();
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
