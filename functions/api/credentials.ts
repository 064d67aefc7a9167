/** A database's URLs and its password. They are one function, the only one of the REST API that decrypts passwords. */
import { databaseView, ReadCredentials, RotateCredentials } from '#lib/contracts/databases.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as databases from '#lib/wiring/databases.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => ({
  'GET /v1/databases/{database}/credentials': route(ReadCredentials, databases.showCredentials()),
  'POST /v1/databases/{database}/credentials/rotation': route(
    RotateCredentials,
    withView(databases.rotate(), databaseView),
  ),
}));
