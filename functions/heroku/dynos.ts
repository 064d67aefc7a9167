/** `heroku ps`, `ps:restart`, and refusals of `ps:scale` and `ps:stop`. */

import { actionRoute, readRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const dynos = heroku.dynos();
  return {
    'GET /apps/{app}/dynos': readRoute(dynos.list),
    'GET /apps/{app}/formation': readRoute(dynos.formation),
    'PATCH /apps/{app}/formation': actionRoute(dynos.refuse),
    'DELETE /apps/{app}/dynos': actionRoute(dynos.restart),
    'DELETE /apps/{app}/dynos/{dyno}': actionRoute(dynos.restartOne),
    'DELETE /apps/{app}/formations/{dyno}': actionRoute(dynos.restartOne),
    'POST /apps/{app}/dynos/{dyno}/actions/stop': actionRoute(dynos.refuse),
    'POST /apps/{app}/formations/{dyno}/actions/stop': actionRoute(dynos.refuse),
  };
});
