/** POST /v1/keys: checks a key action by action and registers it for the team. */
import { keyView, RegisterKey } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { registrar } from '#lib/wiring/keys.ts';

export const handler = endpoint(RegisterKey, () => {
  const { registerKey } = registrar();
  return async (request) => keyView((await registerKey(request)).key);
});
