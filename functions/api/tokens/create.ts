/** POST /v1/tokens: makes a token; its secret is in this answer only. */

import { CreateToken, tokenView } from '#lib/contracts/tokens.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { teamStore } from '#lib/store/teams.ts';
import { createToken } from '#lib/teams/tokens.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(CreateToken, () => {
  const create = createToken({ ...teamStore(), ...recorder(), newId, now });
  return async (request) => {
    const { token, secret } = await create({
      ...request,
      operator: request.caller?.operator ?? false,
      makerId: request.caller?.tokenId ?? '',
    });
    return { ...tokenView(token), token: secret };
  };
});
