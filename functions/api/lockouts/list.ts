/** GET /v1/lockouts: the team's lockouts, newest first. */

import { ListLockouts, lockoutView } from '#lib/contracts/lockouts.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { listPage } from '#lib/model/cursor.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';

export const handler = endpoint(ListLockouts, () =>
  listPage({ prefix: 'LOCKOUT#', list: lockoutStore().listLockouts, view: lockoutView }),
);
