/** Reads the entries of the timeline's chain. */

import { type ChainPoint, type Entry, firstHash } from '#lib/model/entry.ts';
import type { Address } from '#lib/model/items/address.ts';
import { outboxShards } from '#lib/model/items/outbox.ts';
import { chainsPartition, entryKey, timelinePartition } from '#lib/model/items/timeline.ts';
import type { Page } from '#lib/model/page.ts';
import type { TimelineStore } from '#lib/model/stores.ts';
import { deployedTable, type Range, readRange, readRow, readRows, type Table } from './table.ts';

/** The entry as it was hashed, without the item's key. */
const bare = ({ pk: _, sk: __, ...entry }: Entry & Address): Entry => entry;

export const timelineStore = (table: Table = deployedTable): TimelineStore => ({
  listEntries: (teamId, query) =>
    entries(table, { ...query, pk: timelinePartition(teamId), prefix: 'ENTRY#', newestFirst: true }),
  headOfChain: async (teamId) => {
    const head = await readRow<ChainPoint>(table, { pk: timelinePartition(teamId), sk: 'HEAD' });
    return head ? { seq: head.seq, hash: head.hash } : { seq: 0, hash: firstHash };
  },
  headsOfChains: async (teamIds) => {
    const teamOf = new Map(teamIds.map((teamId) => [timelinePartition(teamId), teamId]));
    const heads = await readRows<Address & { readonly seq: number }>(
      table,
      [...teamOf.keys()].map((pk) => ({ pk, sk: 'HEAD' })),
    );
    return new Map(heads.map(({ pk, seq }) => [teamOf.get(pk) ?? '', seq]));
  },
  entryAt: async (teamId, seq) => {
    const row = await readRow<Entry & Address>(table, { pk: timelinePartition(teamId), sk: entryKey(seq) });
    return row && bare(row);
  },
  chainOf: (teamId, after) =>
    entries(table, {
      pk: timelinePartition(teamId),
      prefix: 'ENTRY#',
      after: entryKey(after),
      limit: 500,
      consistent: true,
    }),
  teamsWithChains: () => teamsWithChains(table),
});

async function* teamsWithChains(table: Table): AsyncGenerator<string> {
  for (let shard = 0; shard < outboxShards; shard++) {
    let after: string | null = null;
    do {
      const page: Page<Address> = await readRange(table, {
        pk: chainsPartition(shard),
        prefix: 'team_',
        after,
        limit: 100,
      });
      for (const { sk } of page.items) yield sk;
      after = page.cursor;
    } while (after);
  }
}

async function entries(table: Table, range: Range): Promise<Page<Entry>> {
  const { items, cursor } = await readRange<Entry & Address>(table, range);
  return { items: items.map(bare), cursor };
}
