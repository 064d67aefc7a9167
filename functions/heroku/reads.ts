/**
 * Reads of the table alone, and every request without another route. They are one function, so that a command of the
 * CLI, which reads several resources, waits for one cold start. None may use KMS or a server.
 */

import { AddonSearch } from '#lib/heroku/requests.ts';
import { readRoute, searchRoute } from '#lib/heroku/route.ts';
import { herokuServices } from '#lib/heroku/services.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => ({
  ...aboutRoutes(),
  ...appRoutes(),
  ...addonRoutes(),
  ...maintenanceRoutes(),
}));

function aboutRoutes() {
  const about = heroku.about();
  const services = herokuServices();
  return {
    'GET /account': readRoute(about.account),
    'GET /teams/{team}': readRoute(about.team),
    'GET /regions': readRoute(about.regions),
    'GET /spaces': readRoute(about.spaces),
    'GET /spaces/{space}': readRoute(about.space),
    'GET /oauth/authorizations': readRoute(about.authorizations),
    'GET /addon-services': readRoute(services.list),
    'GET /addon-services/{service}': readRoute(services.get),
    'GET /addon-services/{service}/plans': readRoute(services.plans),
  };
}

function appRoutes() {
  const apps = heroku.appReads();
  const dynos = heroku.dynoReads();
  const releases = heroku.releases();
  return {
    'GET /apps': readRoute(apps.list),
    'GET /users/{user}/apps': readRoute(apps.list),
    'GET /teams/{team}/apps': readRoute(apps.list),
    'GET /apps/{app}': readRoute(apps.get),
    'GET /apps/{app}/collaborators': readRoute(apps.collaborators),
    'GET /apps/{app}/dynos': readRoute(dynos.list),
    'GET /apps/{app}/formation': readRoute(dynos.formation),
    'GET /apps/{app}/releases': readRoute(releases.list),
    'GET /apps/{app}/releases/{release}': readRoute(releases.get),
  };
}

function addonRoutes() {
  const addons = heroku.addonReads();
  const attachments = heroku.attachmentReads();
  return {
    'GET /addons': readRoute(addons.list),
    'GET /addons/{addon}': readRoute(addons.get),
    'GET /addons/{addon}/addon-attachments': readRoute(addons.attachments),
    'POST /actions/addons/resolve': searchRoute(AddonSearch, addons.resolve),
    'GET /apps/{app}/addons': readRoute(addons.listOfApp),
    'GET /apps/{app}/addons/{addon}': readRoute(addons.getOfApp),
    'GET /addon-attachments': readRoute(attachments.list),
    'GET /apps/{app}/addon-attachments': readRoute(attachments.listOfApp),
    'GET /apps/{app}/addon-attachments/{attachment}': readRoute(attachments.getOfApp),
  };
}

function maintenanceRoutes() {
  const maintenances = heroku.maintenanceReads();
  return {
    'GET /data/maintenances/v1/apps/{app}': readRoute(maintenances.listOfApp),
    'GET /data/maintenances/v1/{addon}': readRoute(maintenances.get),
    'GET /data/maintenances/v1/{addon}/{rest+}': readRoute(maintenances.history),
    'GET /data/maintenances/v1/{addon}/window': readRoute(maintenances.window),
  };
}
