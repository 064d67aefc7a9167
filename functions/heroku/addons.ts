/** `heroku addons`, `addons:create`, `addons:info`, `addons:wait`, `addons:upgrade`, `addons:rename`, `addons:destroy`. */

import { AddonChange, AddonSearch, NewAddon } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, searchRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const addons = heroku.addons();
  return {
    'GET /addons': readRoute(addons.list),
    'GET /addons/{addon}': readRoute(addons.get),
    'GET /addons/{addon}/addon-attachments': readRoute(addons.attachments),
    'POST /actions/addons/resolve': searchRoute(AddonSearch, addons.resolve),
    'GET /apps/{app}/addons': readRoute(addons.listOfApp),
    'POST /apps/{app}/addons': writeRoute(NewAddon, addons.create),
    'GET /apps/{app}/addons/{addon}': readRoute(addons.getOfApp),
    'PATCH /apps/{app}/addons/{addon}': writeRoute(AddonChange, addons.change),
    'DELETE /apps/{app}/addons/{addon}': actionRoute(addons.destroy),
  };
});
