/** Lockouts of a team, newest last by id. */

import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { lockoutRow } from '#lib/model/items/lockouts.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { LockoutStore } from '#lib/model/stores.ts';
import { readRange, readRow } from './table.ts';

export const lockoutStore = (): LockoutStore => ({
  lockoutById: (teamId: string, id: string) => readRow<Lockout>(lockoutRow(teamId, id)),
  /** Newest first. */
  listLockouts: (teamId: string, { after, limit }: ListQuery): Promise<Page<Lockout & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'LOCKOUT#', after, limit, newestFirst: true }),
});
