/** POST /v1/apps/{app}/attachments: gives an app one more database. */
import { AttachDatabase, attachmentView } from '#lib/contracts/attachments.ts';
import { attachDatabase } from '#lib/databases/attach.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(AttachDatabase, () => {
  const attach = attachDatabase(rotating());
  return async (request) => {
    const { database, attachment } = await attach(request);
    return attachmentView(database, attachment);
  };
});
