/** GET /v1/lockouts/{lockout}: one lockout. */
import { GetLockout, lockoutView } from '#lib/contracts/lockouts.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { foundLockout } from '#lib/lockouts/find.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';

export const handler = endpoint(GetLockout, () => {
  const find = foundLockout(lockoutStore());
  return async ({ teamId, lockout }) => lockoutView(await find(teamId, lockout));
});
