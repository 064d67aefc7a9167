/** Reads the lockouts of a team. */

import { teamPartition } from '#lib/model/items/address.ts';
import { lockoutRow } from '#lib/model/items/lockouts.ts';
import type { LockoutStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

export const lockoutStore = (table: Table = deployedTable): LockoutStore => ({
  lockoutById: (teamId, id) => readRow(table, lockoutRow(teamId, id)),
  listLockouts: (teamId, query) =>
    readRange(table, { ...query, pk: teamPartition(teamId), prefix: 'LOCKOUT#', newestFirst: true }),
});
