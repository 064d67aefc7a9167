/** The chain's entries, as they were committed. */
import { type Entry, firstHash } from '#lib/timeline/entry.ts';
import type { ListQuery } from './apps.ts';
import { entryKey, timelinePartition } from './commit.ts';
import { type Address, type Page, type Range, readRange, readRow } from './table.ts';

/** The entry as it was hashed: without its address. */
const bare = ({ pk: _, sk: __, ...entry }: Entry & Address): Entry => entry;

export const timelineStore = () => ({
  /** Newest first. */
  listEntries: (teamId: string, { after, limit }: ListQuery): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit, newestFirst: true }),
  /** The newest entry's place and hash; 0 and zeros for a team without any. */
  headOfChain: async (teamId: string): Promise<{ seq: number; hash: string }> => {
    const head = await readRow<{ seq: number; hash: string }>({ pk: timelinePartition(teamId), sk: 'HEAD' });
    return head ? { seq: head.seq, hash: head.hash } : { seq: 0, hash: firstHash };
  },
  entryAt: async (teamId: string, seq: number): Promise<Entry | null> => {
    const row = await readRow<Entry & Address>({ pk: timelinePartition(teamId), sk: entryKey(seq) });
    return row && bare(row);
  },
  /** Oldest first, as the chain is verified. */
  chainOf: (teamId: string, after: string | null): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit: 500, consistent: true }),
});

async function entries(range: Range): Promise<Page<Entry>> {
  const { items, cursor } = await readRange<Entry & Address>(range);
  return { items: items.map(bare), cursor };
}
