/** DELETE /v1/keys/{key}: forgets a key that no database uses. */

import { ForgetKey } from '#lib/contracts/keys.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { forgetKey } from '#lib/keys/forget.ts';
import { now } from '#lib/model/clock.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(ForgetKey, () => {
  const forget = forgetKey({ ...keyStore(), ...lockoutStore(), ...recorder(), now });
  return async (request) => {
    await forget(request);
    return null;
  };
});
