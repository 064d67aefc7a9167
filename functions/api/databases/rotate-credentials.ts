/** POST /v1/databases/{database}/credentials/rotation: makes a new password. */
import { keyVault } from '#lib/aws/kms.ts';
import { databaseView, RotateCredentials } from '#lib/contracts/databases.ts';
import { rotateCredentials } from '#lib/databases/rotate.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { platformKey, rotating } from '#lib/wiring/databases.ts';

export const handler = endpoint(RotateCredentials, () => {
  const rotate = rotateCredentials({ ...rotating(), ...keyVault(), ...platformKey() });
  return async (request) => databaseView(await rotate(request));
});
