/** Cursors of lists, and paging with them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, listPage } from '#lib/model/cursor.ts';
import { Problem } from '#lib/model/problem.ts';
import '#test/support/matchers.ts';
import { anId, teamId } from '#test/support/build.ts';

const sortKey = fc.stringMatching(/^[\w:./@-]{1,40}$/).map((text) => `DB#${text}`);
const decoding = (cursor: string) => () => decodeCursor(cursor, 'DB#');

describe('a cursor', () => {
  it('gives back the sort key that it was made from', () => {
    fc.assert(fc.property(sortKey, (key) => decodeCursor(encodeCursor(key), 'DB#') === key));
  });

  it('goes through a URL as it is', () => {
    fc.assert(fc.property(sortKey, (key) => encodeURIComponent(encodeCursor(key)) === encodeCursor(key)));
  });

  it('of another list, or of no list, is refused', () => {
    for (const cursor of [
      encodeCursor('KEY#key_1'),
      encodeCursor('TOKEN#x'),
      'x',
      '',
      encodeCursor(''),
      `${encodeCursor('DB#db_1')}=`,
    ])
      expect(decoding(cursor)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('is decoded or refused, whatever it is, and never leaves its list', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string().map(encodeCursor)), (cursor) => {
        try {
          expect(decodeCursor(cursor, 'DB#').startsWith('DB#')).toBe(true);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error).toBeProblem('invalid_request');
          expect(error.message).toContain('Start again without one');
        }
      }),
    );
  });
});

describe('paging through a list', () => {
  const rows = Array.from({ length: 23 }, (_, index) => ({ sk: `DB#${anId('db', index)}`, name: `redis-${index}` }));
  const list = async (_team: string, { after, limit }: { after: string | null; limit: number }) => {
    const rest = rows.filter(({ sk }) => !after || sk > after);
    const items = rest.slice(0, limit);
    return { items, cursor: rest.length > limit ? (items.at(-1)?.sk ?? null) : null };
  };
  const page = listPage({ prefix: 'DB#', list, view: ({ name }) => name });

  it('gives every item once and in order, whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const { items, cursor: next } = await page({ teamId, limit, ...(cursor ? { cursor } : {}) });
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items);
          cursor = next;
        } while (cursor);
        expect(seen).toEqual(rows.map(({ name }) => name));
      }),
    );
  });
});
