/** `heroku auth:whoami`, `auth:token`, `spaces`, `regions`. */

import { readRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const about = heroku.about();
  return {
    'GET /account': readRoute(about.account),
    'GET /teams/{team}': readRoute(about.team),
    'GET /regions': readRoute(about.regions),
    'GET /spaces': readRoute(about.spaces),
    'GET /spaces/{space}': readRoute(about.space),
    'GET /oauth/authorizations': readRoute(about.authorizations),
  };
});
