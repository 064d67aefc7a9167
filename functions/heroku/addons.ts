/**
 * Creates and destroys add-ons. They are one function: creating probes the customer's key, and leaves the work to a
 * state machine, as destroying does. They decrypt nothing and reach no server.
 */

import { NewAddon } from '#lib/heroku/requests.ts';
import { actionRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const addons = heroku.addonCreation();
  return {
    'POST /apps/{app}/addons': writeRoute(NewAddon, addons.create),
    'DELETE /apps/{app}/addons/{addon}': actionRoute(addons.destroy),
  };
});
