/** `heroku ps`, `ps:restart`, and refusals of `ps:scale` and `ps:stop`. */
import { restartNow } from '#lib/apps/restart-now.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuDynos } from '#lib/heroku/dynos.ts';
import { acting, reading } from '#lib/heroku/route.ts';
import { looking } from '#lib/wiring/heroku.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...recorder() };
  const dynos = herokuDynos({ ...deps, restartNow: restartNow(deps) });
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
