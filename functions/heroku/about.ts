/** `heroku auth:whoami`, `auth:token`, `spaces`, `regions`. */

import { reading } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const about = heroku.about();
  return {
    'GET /account': reading(about.account),
    'GET /teams/{team}': reading(about.team),
    'GET /regions': reading(about.regions),
    'GET /spaces': reading(about.spaces),
    'GET /spaces/{space}': reading(about.space),
    'GET /oauth/authorizations': reading(about.authorizations),
  };
});
