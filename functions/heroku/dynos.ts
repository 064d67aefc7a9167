/** `heroku ps`, `ps:restart`, and refusals of `ps:scale` and `ps:stop`. */

import { acting, reading } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const dynos = heroku.dynos();
  return {
    'GET /apps/{app}/dynos': reading(dynos.list),
    'GET /apps/{app}/formation': reading(dynos.formation),
    'PATCH /apps/{app}/formation': acting(dynos.refuse),
    'DELETE /apps/{app}/dynos': acting(dynos.restart),
    'DELETE /apps/{app}/dynos/{dyno}': acting(dynos.restartOne),
    'DELETE /apps/{app}/formations/{dyno}': acting(dynos.restartOne),
    'POST /apps/{app}/dynos/{dyno}/actions/stop': acting(dynos.refuse),
    'POST /apps/{app}/formations/{dyno}/actions/stop': acting(dynos.refuse),
  };
});
