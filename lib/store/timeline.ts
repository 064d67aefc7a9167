/** Reads the entries of the timeline's chain. */

import { type Entry, firstHash } from '#lib/model/entry.ts';
import type { Address } from '#lib/model/items/address.ts';
import { outboxShards } from '#lib/model/items/outbox.ts';
import { chainsPartition, entryKey, timelinePartition } from '#lib/model/items/timeline.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { TimelineStore } from '#lib/model/stores.ts';
import { type Range, readRange, readRow, readRows } from './table.ts';

/** The entry as it was hashed, without the item's key. */
const bare = ({ pk: _, sk: __, ...entry }: Entry & Address): Entry => entry;

export const timelineStore = (): TimelineStore => ({
  /** Newest first. */
  listEntries: (teamId: string, { after, limit }: ListQuery): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after, limit, newestFirst: true }),
  /** The newest entry's sequence number and hash; 0 and zeros for a team without entries. */
  headOfChain: async (teamId: string): Promise<{ seq: number; hash: string }> => {
    const head = await readRow<{ seq: number; hash: string }>({ pk: timelinePartition(teamId), sk: 'HEAD' });
    return head ? { seq: head.seq, hash: head.hash } : { seq: 0, hash: firstHash };
  },
  headsOfChains: async (teamIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const teamOf = new Map(teamIds.map((teamId) => [timelinePartition(teamId), teamId]));
    const heads = await readRows<Address & { readonly seq: number }>(
      [...teamOf.keys()].map((pk) => ({ pk, sk: 'HEAD' })),
    );
    return new Map(heads.map(({ pk, seq }) => [teamOf.get(pk) ?? '', seq]));
  },
  entryAt: async (teamId: string, seq: number): Promise<Entry | null> => {
    const row = await readRow<Entry & Address>({ pk: timelinePartition(teamId), sk: entryKey(seq) });
    return row && bare(row);
  },
  /** The entries after a sequence number, oldest first; the cursor is null at the chain's end. */
  chainOf: (teamId: string, after: number): Promise<Page<Entry>> =>
    entries({ pk: timelinePartition(teamId), prefix: 'ENTRY#', after: entryKey(after), limit: 500, consistent: true }),
  teamsWithChains,
});

/** Every team that has an entry. */
async function* teamsWithChains(): AsyncGenerator<string> {
  for (let shard = 0; shard < outboxShards; shard++) {
    let after: string | null = null;
    do {
      const page: Page<Address> = await readRange({ pk: chainsPartition(shard), prefix: 'team_', after, limit: 100 });
      for (const { sk } of page.items) yield sk;
      after = page.cursor;
    } while (after);
  }
}

async function entries(range: Range): Promise<Page<Entry>> {
  const { items, cursor } = await readRange<Entry & Address>(range);
  return { items: items.map(bare), cursor };
}
