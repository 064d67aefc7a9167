/** `heroku addons:services`, `addons:plans`. */

import { reading } from '#lib/heroku/route.ts';
import { herokuServices } from '#lib/heroku/services.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const services = herokuServices();
  return {
    'GET /addon-services': reading(services.list),
    'GET /addon-services/{service}': reading(services.get),
    'GET /addon-services/{service}/plans': reading(services.plans),
  };
});
