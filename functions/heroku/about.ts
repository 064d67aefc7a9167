/** `heroku auth:whoami`, `auth:token`, `spaces`, `regions`. */
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuAbout } from '#lib/heroku/about.ts';
import { reading } from '#lib/heroku/route.ts';
import { looking } from '#lib/wiring/heroku.ts';

export const handler = herokuEndpoint(() => {
  const about = herokuAbout(looking());
  return {
    'GET /account': reading(about.account),
    'GET /teams/{team}': reading(about.team),
    'GET /regions': reading(about.regions),
    'GET /spaces': reading(about.spaces),
    'GET /spaces/{space}': reading(about.space),
    'GET /oauth/authorizations': reading(about.authorizations),
  };
});
