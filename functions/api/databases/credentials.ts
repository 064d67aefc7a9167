/** GET /v1/databases/{database}/credentials: the URLs to connect with. */
import { ReadCredentials } from '#lib/contracts/databases.ts';
import { readCredentials } from '#lib/databases/credentials.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { unlocking } from '#lib/wiring/databases.ts';

export const handler = endpoint(ReadCredentials, () => readCredentials(unlocking()));
