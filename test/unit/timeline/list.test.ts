/** Listing a timeline with filters and pages. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { encodeCursor } from '#lib/model/cursor.ts';
import { type Entry, firstHash } from '#lib/model/entry.ts';
import { entryKey } from '#lib/model/items/timeline.ts';
import { matches } from '#lib/timeline/filter.ts';
import { listTimeline } from '#lib/timeline/list.ts';
import { aDatabase, anId, at, teamId } from '#test/support/build.ts';

const timeOf = (seq: number) => new Date(at.getTime() + seq * 60_000).toISOString();
const anEntry = (seq: number, changes: Partial<Entry> = {}): Entry => ({
  id: anId('entry', seq),
  teamId,
  seq,
  at: timeOf(seq),
  type: 'KeyBecameUsable',
  actor: { kind: 'sweep', id: 'sweep' },
  subject: { keyId: anId('key', seq % 3) },
  data: {},
  previousHash: firstHash,
  hash: firstHash,
  ...changes,
});

/** A chain as the store reads it: newest first, by pages. */
const chain = (entries: readonly Entry[], reads: number[] = []) => ({
  findDatabase: async (_team: string, name: string) => (name === 'orders' ? aDatabase() : null),
  listEntries: async (_team: string, { after, limit }: { after?: string | null | undefined; limit: number }) => {
    reads.push(limit);
    const newest = [...entries].reverse().filter(({ seq }) => !after || entryKey(seq) < after);
    const items = newest.slice(0, limit);
    return { items, cursor: newest.length > limit ? entryKey(items.at(-1)?.seq ?? 0) : null };
  },
});

async function allPages(
  entries: readonly Entry[],
  filter: object,
  limit: number,
): Promise<{ items: Entry[]; pages: number }> {
  const list = listTimeline(chain(entries));
  const items: Entry[] = [];
  let cursor: string | null | undefined;
  let pages = 0;
  do {
    const page = await list({ teamId, limit, ...filter, ...(cursor ? { cursor } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
    pages += 1;
  } while (cursor);
  return { items, pages };
}

const seqs = (entries: readonly Entry[]) => entries.map(({ seq }) => seq);
const numbered = (count: number, change: (seq: number) => Partial<Entry> = () => ({})) =>
  Array.from({ length: count }, (_, index) => anEntry(index + 1, change(index + 1)));

describe('the timeline under a filter', () => {
  it('has every match once, newest first, whatever the size of its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (keys, limit) => {
          const entries = keys.map((key, index) => anEntry(index + 1, { subject: { keyId: anId('key', key) } }));
          const filter = { key: anId('key', 1) };
          const { items } = await allPages(entries, filter, limit);
          expect(seqs(items)).toEqual(seqs(entries.filter((entry) => matches(filter, entry)).reverse()));
        },
      ),
    );
  });

  it('reads on over what does not match, and a page may be empty while there is more', async () => {
    const entries = numbered(4500, (seq) => (seq === 7 ? { actor: { kind: 'token', id: anId('tok', 1) } } : {}));
    const { items, pages } = await allPages(entries, { actor: 'token' }, 10);

    expect(seqs(items)).toEqual([7]);
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThanOrEqual(3);
  });

  it('ends at its earliest time without reading the rest', async () => {
    const reads: number[] = [];
    const entries = numbered(4500);

    const page = await listTimeline(chain(entries, reads))({ teamId, limit: 50, from: timeOf(4490) });

    expect(seqs(page.items)).toEqual([4500, 4499, 4498, 4497, 4496, 4495, 4494, 4493, 4492, 4491, 4490]);
    expect([page.cursor, reads.length]).toEqual([null, 1]);
  });

  it('reads no more than a page without one', async () => {
    const reads: number[] = [];
    const page = await listTimeline(chain(numbered(30), reads))({ teamId, limit: 10 });

    expect([seqs(page.items), reads]).toEqual([[30, 29, 28, 27, 26, 25, 24, 23, 22, 21], [10]]);
    expect(page.cursor).toBe(encodeCursor(entryKey(21)));
  });
});

describe('a filter', () => {
  const database = aDatabase();
  it('by database finds what names it alone or among others, by its id or the name that it has', async () => {
    const entries = [
      anEntry(1, { subject: { databaseId: database.id } }),
      anEntry(2, { subject: { databaseIds: [anId('db', 9), database.id] } }),
      anEntry(3, { subject: { databaseId: anId('db', 9) } }),
    ];

    expect(seqs((await allPages(entries, { database: database.id }, 10)).items)).toEqual([2, 1]);
    expect(seqs((await allPages(entries, { database: 'orders' }, 10)).items)).toEqual([2, 1]);
    await expect(allPages(entries, { database: 'gone' }, 10)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('by actor takes an id or a kind; by lockout its id', async () => {
    const entries = [
      anEntry(1, { actor: { kind: 'token', id: anId('tok', 1) } }),
      anEntry(2, { actor: { kind: 'token', id: anId('tok', 2) }, subject: { lockoutId: anId('lk', 1) } }),
    ];

    expect(seqs((await allPages(entries, { actor: 'token' }, 10)).items)).toEqual([2, 1]);
    expect(seqs((await allPages(entries, { actor: anId('tok', 1) }, 10)).items)).toEqual([1]);
    expect(seqs((await allPages(entries, { lockout: anId('lk', 1) }, 10)).items)).toEqual([2]);
    expect(seqs((await allPages(entries, { actor: 'token', lockout: anId('lk', 2) }, 10)).items)).toEqual([]);
  });

  it('by time begins with `from` and ends before `to`, in any time zone', async () => {
    const entries = numbered(10);

    expect(seqs((await allPages(entries, { from: timeOf(3), to: timeOf(6) }, 2)).items)).toEqual([5, 4, 3]);
    expect(
      seqs((await allPages(entries, { from: '2026-11-24T12:03:00+01:00', to: '2026-11-24T12:04:00+01:00' }, 2)).items),
    ).toEqual([3]);
    await expect(allPages(entries, { from: timeOf(3), to: timeOf(3) }, 2)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('goes with no foreign cursor', async () => {
    const list = listTimeline(chain(numbered(3)));

    await expect(list({ teamId, limit: 1, cursor: encodeCursor('DB#db_1') })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
