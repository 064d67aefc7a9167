/** DELETE /v1/tokens/{token}: revokes a token, and all that it made. */

import { RevokeToken } from '#lib/contracts/tokens.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { teamStore } from '#lib/store/teams.ts';
import { revokeToken } from '#lib/teams/revoke.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(RevokeToken, () => {
  const revoke = revokeToken({ ...teamStore(), ...recorder(), now });
  return async (request) => {
    await revoke(request);
    return null;
  };
});
