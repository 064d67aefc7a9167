/** POST /v1/keys/{key}/checks: observes the key now. */
import { CheckKey, keyView } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { observer } from '#lib/wiring/keys.ts';

export const handler = endpoint(CheckKey, () => {
  const { observe } = observer();
  return async ({ teamId, key, actor }) => keyView(await observe({ teamId, keyId: key, actor, depth: 'full' }));
});
