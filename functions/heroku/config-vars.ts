/** `heroku config`, `config:set`, `config:unset`: they encrypt and decrypt the secrets of apps, and reach no server. */

import { ConfigVarsChange } from '#lib/contracts/apps.ts';
import { actionRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const configVars = heroku.configVars();
  return {
    'GET /apps/{app}/config-vars': actionRoute(configVars.read),
    'PATCH /apps/{app}/config-vars': writeRoute(ConfigVarsChange, configVars.change),
    'GET /apps/{app}/releases/{release}/config-vars': actionRoute(heroku.releaseConfigVars(configVars.read)),
  };
});
