/** `heroku addons:attach`, `addons:detach`, `redis:promote`. */

import { attachDatabase, detachDatabase } from '#lib/databases/attach.ts';
import { promoteDatabase } from '#lib/databases/promote.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { herokuAttachments } from '#lib/heroku/attachments.ts';
import { NewAttachment } from '#lib/heroku/requests.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';
import { rotating } from '#lib/wiring/databases.ts';
import { looking } from '#lib/wiring/heroku.ts';

export const handler = herokuEndpoint(() => {
  const deps = { ...looking(), ...rotating() };
  const attachments = herokuAttachments({
    ...deps,
    attachDatabase: attachDatabase(deps),
    detachDatabase: detachDatabase(deps),
    promoteDatabase: promoteDatabase(deps),
  });
  return {
    'GET /addon-attachments': reading(attachments.list),
    'POST /addon-attachments': writing(NewAttachment, attachments.create),
    'DELETE /addon-attachments/{attachment}': acting(attachments.remove),
    'GET /apps/{app}/addon-attachments': reading(attachments.listOfApp),
    'GET /apps/{app}/addon-attachments/{attachment}': reading(attachments.getOfApp),
  };
});
