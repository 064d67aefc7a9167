/** `heroku redis:info`, `redis:wait`, `redis:credentials`, `redis:cli`, `redis:upgrade`. */
import { keyVault } from '#lib/aws/kms.ts';
import { platformKey, rotating, unlocking } from '#lib/databases/assembly.ts';
import { credentialsOf } from '#lib/databases/credentials.ts';
import { forkNow } from '#lib/databases/fork-now.ts';
import { measureNow } from '#lib/databases/measure.ts';
import { rotateCredentials } from '#lib/databases/rotate.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { looking } from '#lib/heroku/assembly.ts';
import { herokuDatabases } from '#lib/heroku/databases.ts';
import { acting, reading } from '#lib/heroku/route.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...rotating() };
  const databases = herokuDatabases({
    ...deps,
    credentialsOf: credentialsOf(unlocking()),
    forkNow: forkNow(deps),
    measureNow: measureNow(deps),
    rotateCredentials: rotateCredentials({ ...deps, ...keyVault(), ...platformKey() }),
  });
  return {
    'GET /redis/v0/databases/{database}': acting(databases.get),
    'GET /redis/v0/databases/{database}/wait': reading(databases.wait),
    'POST /redis/v0/databases/{database}/credentials_rotation': acting(databases.rotate),
    'POST /redis/v0/databases/{database}/upgrade': acting(databases.refuseUpgrade),
  };
});
