/** PATCH /v1/databases/{database}/settings: changes how a database's service runs. */
import { ChangeSettings, settingsView } from '#lib/contracts/operating.ts';
import { configureDatabase } from '#lib/databases/settings.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(ChangeSettings, () => {
  const configure = configureDatabase(rotating());
  return async (request) => settingsView(await configure(request));
});
