/** `heroku config`, `config:set`, `config:unset`, `releases`, `releases:info`. */

import { ConfigVarsChange } from '#lib/contracts/apps.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const configVars = heroku.configVars();
  const releases = heroku.releases();
  return {
    'GET /apps/{app}/config-vars': acting(configVars.read),
    'PATCH /apps/{app}/config-vars': writing(ConfigVarsChange, configVars.change),
    'GET /apps/{app}/releases': reading(releases.list),
    'GET /apps/{app}/releases/{release}': reading(releases.get),
    'GET /apps/{app}/releases/{release}/config-vars': acting(releases.configVars(configVars.read)),
  };
});
