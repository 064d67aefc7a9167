/** DELETE /v1/apps/{app}/attachments/{attachment}: takes a database away from an app. */
import { DetachDatabase } from '#lib/contracts/attachments.ts';
import { databaseView } from '#lib/contracts/databases.ts';
import { detachDatabase } from '#lib/databases/attach.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(DetachDatabase, () => {
  const detach = detachDatabase(rotating());
  return async ({ attachment: name, ...request }) => databaseView(await detach({ ...request, name }));
});
