/** `heroku config`, `config:set`, `config:unset`, `releases`, `releases:info`. */

import { ConfigVarsChange } from '#lib/contracts/apps.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const configVars = heroku.configVars();
  const releases = heroku.releases();
  return {
    'GET /apps/{app}/config-vars': actionRoute(configVars.read),
    'PATCH /apps/{app}/config-vars': writeRoute(ConfigVarsChange, configVars.change),
    'GET /apps/{app}/releases': readRoute(releases.list),
    'GET /apps/{app}/releases/{release}': readRoute(releases.get),
    'GET /apps/{app}/releases/{release}/config-vars': actionRoute(releases.configVars(configVars.read)),
  };
});
