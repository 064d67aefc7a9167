/**
 * What asks or changes a database's running server. These are one function, the only one of the REST API besides
 * `credentials.ts` that may send commands to servers; it may not use a key.
 */
import { databaseView, GetDatabase, PromoteDatabase } from '#lib/contracts/databases.ts';
import { ChangePlan, ChangeSettings, settingsView } from '#lib/contracts/operating.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const get = databases.get();
  const withForkNow = databases.withForkNow();
  return {
    'GET /v1/databases/{database}': route(GetDatabase, async ({ teamId, database }) =>
      databaseView(await withForkNow(await get(teamId, database))),
    ),
    'PATCH /v1/databases/{database}/plan': route(ChangePlan, withView(databases.movePlan(), databaseView)),
    'PATCH /v1/databases/{database}/settings': route(ChangeSettings, withView(databases.configure(), settingsView)),
    'POST /v1/databases/{database}/promotion': route(PromoteDatabase, withView(databases.promote(), databaseView)),
  };
});
