/** The chain's entries, as they were committed. */
import type { Entry } from '#lib/timeline/entry.ts';
import type { ListQuery } from './apps.ts';
import { timelinePartition } from './commit.ts';
import { type Address, type Page, readRange } from './table.ts';

export const timelineStore = () => ({
  /** Newest first. */
  listEntries: (teamId: string, { after, limit }: ListQuery): Promise<Page<Entry & Address>> =>
    readRange({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit, newestFirst: true }),
  /** Oldest first, as the chain is verified. */
  chainOf: (teamId: string, after: string | null): Promise<Page<Entry & Address>> =>
    readRange({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit: 500, consistent: true }),
});
export type TimelineStore = ReturnType<typeof timelineStore>;
