/** Verification of a chain of entries. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type Entry, entryHash, firstHash } from '#lib/model/entry.ts';
import { startOfChain, verifyEntries, walkChain } from '#lib/timeline/verify.ts';
import { teamId } from '#test/support/build.ts';
import { aChain, aTable } from './a-chain.ts';

const length = 8;
const place = fc.nat({ max: length - 1 });
const verified = (entries: readonly Entry[]) => verifyEntries(startOfChain, entries);
const edited = (index: number, change: (entry: Entry) => Entry) =>
  aChain(length).map((entry, each) => (each === index ? change(entry) : entry));

it('a chain begins behind 64 zeros', () => {
  expect(firstHash).toBe('0000000000000000000000000000000000000000000000000000000000000000');
});

describe('an intact chain', () => {
  it('has its length and its last hash in the result', () => {
    expect(verified(aChain(length))).toEqual({
      intact: true,
      entries: length,
      head: aChain(length).at(-1)?.hash,
      firstBad: null,
    });
    expect(verified([])).toEqual({ intact: true, entries: 0, head: firstHash, firstBad: null });
  });

  it('is the same read in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), async (size) => {
        const { deps } = aTable(aChain(length), { size });
        const from = { seq: 0, hash: firstHash };
        expect(await walkChain(deps, { teamId, from, mostPages: 100 })).toEqual({
          ...verified(aChain(length)),
          complete: true,
        });
      }),
    );
  });

  it('does not depend on the order in which a store gives the members', () => {
    const shuffled = aChain(length).map(
      (entry) => Object.fromEntries(Object.entries(entry).reverse()) as unknown as Entry,
    );

    expect(verified(shuffled).intact).toBe(true);
  });
});

describe('a chain that was tampered with', () => {
  const members = Object.keys(aChain(1)[0] ?? {}).filter((name) => !['seq', 'previousHash'].includes(name));

  it('names the first entry with a changed member', () => {
    fc.assert(
      fc.property(place, fc.constantFrom(...members), fc.string({ minLength: 1 }), (index, member, text) => {
        const { firstBad, entries } = verified(edited(index, (entry) => ({ ...entry, [member]: text })));
        expect(firstBad).toEqual({ seq: index + 1, reason: 'changed' });
        expect(entries).toBe(index);
      }),
    );
  });

  it('names an entry that lost a member or gained one', () => {
    const { data: _, ...bare } = aChain(length)[3] as Entry;

    expect(verified(edited(3, () => bare as Entry)).firstBad).toEqual({ seq: 4, reason: 'changed' });
    expect(verified(edited(3, (entry) => ({ ...entry, extra: 1 }) as Entry)).firstBad).toEqual({
      seq: 4,
      reason: 'changed',
    });
  });

  it('names the place of a missing entry', () => {
    fc.assert(
      fc.property(fc.nat({ max: length - 2 }), (index) => {
        expect(verified(aChain(length).toSpliced(index, 1)).firstBad).toEqual({ seq: index + 1, reason: 'missing' });
      }),
    );
  });

  it('names the first of any two entries that changed places', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        fc.pre(a !== b);
        const chain = aChain(length);
        const swapped = chain.map((entry, index) => (index === a ? chain[b] : index === b ? chain[a] : entry) as Entry);
        expect(verified(swapped).firstBad?.seq).toBe(Math.min(a, b) + 1);
      }),
    );
  });

  it('finds an entry that was rewritten together with its hash by the next entry', () => {
    fc.assert(
      fc.property(fc.nat({ max: length - 2 }), (index) => {
        const forged = edited(index, ({ hash: _, ...entry }) => {
          const rewritten = { ...entry, data: { name: 'forged' } };
          return { ...rewritten, hash: entryHash(rewritten) };
        });
        expect(verified(forged).firstBad).toEqual({ seq: index + 2, reason: 'not_linked' });
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('is JSON of the same value, with sorted members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );

    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }], e: undefined })).toBe('{"a":[{"c":"x","d":null}],"b":1}');
  });

  it('is the same for the same members in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});
