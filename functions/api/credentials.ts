/** A database's URLs and its password. They are one function, the only one of the REST API that decrypts passwords. */
import { databaseView, ReadCredentials, RotateCredentials } from '#lib/contracts/databases.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => {
  const rotate = databases.rotate();
  return {
    'GET /v1/databases/{database}/credentials': route(ReadCredentials, databases.showCredentials()),
    'POST /v1/databases/{database}/credentials/rotation': route(RotateCredentials, async (request) =>
      databaseView(await rotate(request)),
    ),
  };
});
