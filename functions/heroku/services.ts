/** `heroku addons:services`, `addons:plans`. */

import { readRoute } from '#lib/heroku/route.ts';
import { herokuServices } from '#lib/heroku/services.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const services = herokuServices();
  return {
    'GET /addon-services': readRoute(services.list),
    'GET /addon-services/{service}': readRoute(services.get),
    'GET /addon-services/{service}/plans': readRoute(services.plans),
  };
});
