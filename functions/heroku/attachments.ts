/** `heroku addons:attach`, `addons:detach`, `redis:promote`. */
import * as z from 'zod/mini';
import { rotating } from '#lib/databases/assembly.ts';
import { attachDatabase, detachDatabase } from '#lib/databases/attach.ts';
import { promoteDatabase } from '#lib/databases/promote.ts';
import { herokuEndpoint } from '#lib/edge/heroku-endpoint.ts';
import { looking } from '#lib/heroku/assembly.ts';
import { herokuAttachments } from '#lib/heroku/attachments.ts';
import { acting, reading, writing } from '#lib/heroku/route.ts';

/** By name or by id, bare or in a record. */
const Reference = z.union(
  [
    z.string(),
    z.pipe(
      z.looseObject({ name: z.string() }),
      z.transform(({ name }) => name),
    ),
    z.pipe(
      z.looseObject({ id: z.string() }),
      z.transform(({ id }) => id),
    ),
  ],
  'A name or an id',
);
const NewAttachment = z.looseObject({ addon: Reference, app: Reference, name: z.nullish(z.string()), confirm: z.nullish(z.string()) });

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
