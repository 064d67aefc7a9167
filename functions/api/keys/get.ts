/** GET /v1/keys/{key}: one key, as it was last checked. */
import { GetKey, keyView } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { keyOf } from '#lib/keys/find.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = endpoint(GetKey, () => {
  const find = keyOf(keyStore());
  return async ({ teamId, key }) => keyView(await find(teamId, key));
});
