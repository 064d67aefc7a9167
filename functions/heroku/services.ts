/** `heroku addons:services`, `addons:plans`. */
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { reading } from '#lib/heroku/route.ts';
import { herokuServices } from '#lib/heroku/services.ts';

export const handler = herokuEndpoint(() => {
  const services = herokuServices();
  return {
    'GET /addon-services': reading(services.list),
    'GET /addon-services/{service}': reading(services.get),
    'GET /addon-services/{service}/plans': reading(services.plans),
  };
});
