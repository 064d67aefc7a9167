/** The chain's entries, as they were committed. */
import type { Entry } from '#lib/timeline/entry.ts';
import type { ListQuery } from './apps.ts';
import { timelinePartition } from './commit.ts';
import { type Address, type Page, type Range, readRange } from './table.ts';

/** The entry as it was hashed: without its address. */
const bare = ({ pk: _, sk: __, ...entry }: Entry & Address): Entry => entry;

export const timelineStore = () => ({
  /** Newest first. */
  listEntries: (teamId: string, { after, limit }: ListQuery): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit, newestFirst: true }),
  /** Oldest first, as the chain is verified. */
  chainOf: (teamId: string, after: string | null): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit: 500, consistent: true }),
});

async function entries(range: Range): Promise<Page<Entry>> {
  const { items, cursor } = await readRange<Entry & Address>(range);
  return { items: items.map(bare), cursor };
}
