/** GET /v1/databases/{database}/settings: how a database's service runs. */
import { ReadSettings, settingsView } from '#lib/contracts/operating.ts';
import { foundDatabase } from '#lib/databases/find.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { databaseStore } from '#lib/store/databases.ts';

export const handler = endpoint(ReadSettings, () => {
  const find = foundDatabase(databaseStore());
  return async ({ teamId, database }) => settingsView(await find(teamId, database));
});
