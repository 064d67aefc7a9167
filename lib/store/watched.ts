/** Reads the followers and promotions that the fork watch checks. In one partition, because they are few. */

import { watchedPartition } from '#lib/model/items/watched.ts';
import type { WatchedStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, type Table } from './table.ts';

export const watchedStore = (table: Table = deployedTable): WatchedStore => ({
  watchedDatabases: (after) =>
    readRange(table, { pk: watchedPartition, prefix: 'db_', after, limit: 100, consistent: true }),
});
