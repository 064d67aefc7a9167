/** `heroku addons:attach`, `addons:detach`, `redis:promote`. */

import { NewAttachment } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const attachments = heroku.attachments();
  return {
    'GET /addon-attachments': reading(attachments.list),
    'POST /addon-attachments': writing(NewAttachment, attachments.create),
    'DELETE /addon-attachments/{attachment}': acting(attachments.remove),
    'GET /apps/{app}/addon-attachments': reading(attachments.listOfApp),
    'GET /apps/{app}/addon-attachments/{attachment}': reading(attachments.getOfApp),
  };
});
