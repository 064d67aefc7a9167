/** PATCH /v1/databases/{database}/settings: changes how a database's service runs. */
import { ChangeSettings, settingsView } from '#lib/contracts/operating.ts';
import { rotating } from '#lib/databases/assembly.ts';
import { configureDatabase } from '#lib/databases/settings.ts';
import { endpoint } from '#lib/edge/endpoint.ts';

export const handler = endpoint(ChangeSettings, () => {
  const configure = configureDatabase(rotating());
  return async (request) => settingsView(await configure(request));
});
