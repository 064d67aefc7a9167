/** Reads the followers and promotions that the fork watch checks. In one partition, because they are few. */

import { watchedPartition } from '#lib/model/items/watched.ts';
import type { WatchedStore } from '#lib/model/stores.ts';
import { readRange } from './table.ts';

export const watchedStore = (): WatchedStore => ({
  watchedDatabases: (after) => readRange({ pk: watchedPartition, prefix: 'db_', after, limit: 100, consistent: true }),
});
