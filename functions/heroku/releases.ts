/** `heroku config`, `config:set`, `config:unset`, `releases`, `releases:info`. */
import { changeConfigVars, readConfigVars } from '#lib/apps/config-vars.ts';
import { ConfigVarsChange } from '#lib/contracts/apps.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuConfigVars } from '#lib/heroku/config-vars.ts';
import { herokuReleases } from '#lib/heroku/releases.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { unlocking } from '#lib/wiring/databases.ts';
import { looking } from '#lib/wiring/heroku.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = herokuEndpoint(() => {
  const unlock = unlocking();
  const deps = { ...looking(), ...recorder(), ...unlock, credentialsOf: credentialsOf(unlock) };
  const configVars = herokuConfigVars({
    ...deps,
    readConfigVars: readConfigVars(deps),
    changeConfigVars: changeConfigVars(deps),
  });
  const releases = herokuReleases(deps);
  return {
    'GET /apps/{app}/config-vars': acting(configVars.read),
    'PATCH /apps/{app}/config-vars': writing(ConfigVarsChange, configVars.change),
    'GET /apps/{app}/releases': reading(releases.list),
    'GET /apps/{app}/releases/{release}': reading(releases.get),
    'GET /apps/{app}/releases/{release}/config-vars': acting(releases.configVars(configVars.read)),
  };
});
