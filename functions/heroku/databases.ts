/** `heroku redis:info`, `redis:wait`, `redis:credentials`, `redis:cli`, `redis:timeout`, `redis:maxmemory`, `redis:keyspace-notifications`, `redis:stats-reset`. */
import { keyVault } from '#lib/aws/kms.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { forkNow } from '#lib/databases/fork-now.ts';
import { measureNow } from '#lib/databases/measure.ts';
import { resetStatistics } from '#lib/databases/reset-statistics.ts';
import { rotateCredentials } from '#lib/databases/rotate.ts';
import { configureDatabase } from '#lib/databases/settings.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuDatabaseActions } from '#lib/heroku/database-actions.ts';
import { herokuDatabases } from '#lib/heroku/databases.ts';
import { ConfigChange } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { platformKey, rotating, unlocking } from '#lib/wiring/databases.ts';
import { looking } from '#lib/wiring/heroku.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...rotating() };
  const databases = herokuDatabases({
    ...deps,
    credentialsOf: credentialsOf(unlocking()),
    forkNow: forkNow(deps),
    measureNow: measureNow(deps),
  });
  const actions = herokuDatabaseActions({
    ...deps,
    configureDatabase: configureDatabase(deps),
    resetStatistics: resetStatistics(deps),
    rotateCredentials: rotateCredentials({ ...deps, ...keyVault(), ...platformKey() }),
  });
  return {
    'GET /redis/v0/databases/{database}': acting(databases.get),
    'GET /redis/v0/databases/{database}/wait': reading(databases.wait),
    'POST /redis/v0/databases/{database}/credentials_rotation': acting(actions.rotate),
    'PATCH /redis/v0/databases/{database}/config': writing(ConfigChange, actions.configure),
    'POST /redis/v0/databases/{database}/stats/reset': acting(actions.resetStatistics),
    'POST /redis/v0/databases/{database}/upgrade': acting(actions.refuseUpgrade),
  };
});
