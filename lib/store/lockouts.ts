/** Reads the lockouts of a team. */

import { teamPartition } from '#lib/model/items/address.ts';
import { lockoutRow } from '#lib/model/items/lockouts.ts';
import type { LockoutStore } from '#lib/model/stores.ts';
import { readRange, readRow } from './table.ts';

export const lockoutStore = (): LockoutStore => ({
  lockoutById: (teamId, id) => readRow(lockoutRow(teamId, id)),
  listLockouts: (teamId, query) =>
    readRange({ ...query, pk: teamPartition(teamId), prefix: 'LOCKOUT#', newestFirst: true }),
});
