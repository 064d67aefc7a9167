/**
 * Followers and databases that are being promoted, which the fork watch checks. In one partition, because they are
 * few.
 */

import type { Address } from '#lib/model/items/address.ts';
import { type Watched, watchedPartition } from '#lib/model/items/watched.ts';
import type { Page } from '#lib/model/page.ts';
import type { WatchedStore } from '#lib/model/stores.ts';
import { readRange } from './table.ts';

export const watchedStore = (): WatchedStore => ({
  watchedDatabases: (after: string | null): Promise<Page<Watched & Address>> =>
    readRange({ pk: watchedPartition, prefix: 'db_', after, limit: 100, consistent: true }),
});
