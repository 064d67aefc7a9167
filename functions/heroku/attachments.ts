/** `heroku addons:attach`, `addons:detach`, `redis:promote`. */

import { NewAttachment } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const attachments = heroku.attachments();
  return {
    'GET /addon-attachments': readRoute(attachments.list),
    'POST /addon-attachments': writeRoute(NewAttachment, attachments.create),
    'DELETE /addon-attachments/{attachment}': actionRoute(attachments.remove),
    'GET /apps/{app}/addon-attachments': readRoute(attachments.listOfApp),
    'GET /apps/{app}/addon-attachments/{attachment}': readRoute(attachments.getOfApp),
  };
});
