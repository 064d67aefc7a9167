/** No evidence is signed if entries are missing at the edges of the time that a bundle covers. */
import { describe, expect, it } from '@jest/globals';
import { type Entry, firstHash, type NewEntry } from '#lib/model/entry.ts';
import '#test/support/matchers.ts';
import { anId, tokenActor } from '#test/support/build.ts';
import { aLockoutsEntries, chainOf, issuing, minute, rowOf } from './a-bundle.ts';

const hours = (count: number) => count * 60;
const neighbour = (number: number): NewEntry => ({
  ...{
    type: 'AppCreated',
    actor: tokenActor,
    subject: { appId: anId('app', number) },
    data: { name: `app-${number}` },
  },
});
/** 200 entries before the lockout and 200 after it, a minute apart: more than an hour on both sides. */
const neighbours = Array.from({ length: 200 }, (_, index) => neighbour(index));
const chain = chainOf([...neighbours, ...aLockoutsEntries, ...neighbours]);
const covers = { from: minute(200), to: minute(212) };
const last = chain.at(-1) as Entry;
const head = async () => ({ seq: last.seq, hash: last.hash });
const entriesOf = (entries: readonly Entry[]) => ({
  headOfChain: head,
  entryAt: async (_: string, seq: number) => entries.find((entry) => entry.seq === seq) ?? null,
  chainOf: async (_: string, after: number) => {
    const rest = entries.filter(({ seq }) => seq > after);
    return { items: rest.slice(0, 500), cursor: rest.length > 500 ? 'more' : null };
  },
});
const issued = (entries: readonly Entry[], changes: Parameters<typeof issuing>[2] = {}, period = covers) =>
  issuing(chain, minute(hours(24)), { ...entriesOf(entries), ...changes }).issue(period);
const without = (...seqs: number[]) => chain.filter(({ seq }) => !seqs.includes(seq));

describe('evidence', () => {
  it('is signed for an intact chain, also for a time without an entry, and at the chain’s end', async () => {
    await expect(issued(chain)).resolves.toMatchObject({ statement: { chain: { first: 201 } } });
    await expect(issued(chain, {}, { from: minute(hours(20)), to: minute(hours(21)) })).resolves.toMatchObject({
      statement: { entries: [] },
    });
    await expect(issued(chain, {}, { from: minute(400), to: minute(hours(23)) })).resolves.toMatchObject({
      statement: { chain: { head: { seq: 412 } } },
    });
  });

  it.each([
    ['the opening of the lockout', [202]],
    ['the first entry of the time', [201]],
    ['the first entries of the time, with their neighbours before it', [199, 200, 201, 202]],
    ['the last entry of the time', [212]],
    ['the last entries of the time, with their neighbours behind it', [211, 212, 213, 214]],
    ['the whole time', Array.from({ length: 12 }, (_, index) => 201 + index)],
    ['the whole time, with more than an hour on both sides', Array.from({ length: 212 }, (_, index) => 101 + index)],
    ['an entry in the hour before', [150]],
    ['an entry in the hour behind', [260]],
    ['the end of the chain', [412]],
  ])('is not signed where %s is gone', async (_, gone) => {
    await expect(issued(without(...gone))).rejects.toBeProblem('timeline_broken');
  });

  it('is not signed for a time behind which all entries are gone', async () => {
    const cut = chain.slice(0, 205);
    await expect(issued(cut)).rejects.toBeProblem('timeline_broken');
    await expect(issued([], {}, { from: minute(0), to: minute(10) })).rejects.toBeProblem('timeline_broken');
  });

  it('is not signed for a truncated or rewritten chain that contradicts a checkpoint', async () => {
    const checkpoint = { statement: { seq: 400, hash: chain[399]?.hash ?? '' }, signature: '' };
    const readCheckpoint = async () => checkpoint as never;
    const cut = chain.slice(0, 300);
    const headOfChain = async () => ({ seq: 300, hash: cut.at(-1)?.hash ?? firstHash });

    await expect(issued(cut, { headOfChain, readCheckpoint })).rejects.toBeProblem('timeline_broken');

    const anew = chainOf([...neighbours, ...aLockoutsEntries.slice(0, -1), ...neighbours, neighbour(1)]);
    const itsHead = async () => ({ seq: anew.length, hash: anew.at(-1)?.hash ?? '' });

    await expect(issued(anew, { headOfChain: itsHead, readCheckpoint })).rejects.toBeProblem('timeline_broken');
    await expect(issued(chain, { readCheckpoint })).resolves.toMatchObject({ statement: { lockouts: [{}] } });
  });

  it('is not signed where the row of a lockout says something else than its entries', async () => {
    const row = rowOf(chain, anId('lk', 1));
    for (const lockoutById of [
      async () => null,
      async () => ({ ...row, steps: row.steps.slice(1) }),
      async () => ({ ...row, steps: [...row.steps.slice(0, 2), ...row.steps.slice(3)] }),
      async () => ({ ...row, steps: row.steps.map((step) => ({ ...step, at: minute(205) })) }),
    ])
      await expect(issued(chain, { lockoutById })).rejects.toBeProblem('timeline_broken');

    const later = {
      ...row,
      state: 'waiting' as const,
      steps: [...row.steps, { state: 'waiting' as const, at: minute(300) }],
    };
    await expect(issued(chain, { lockoutById: async () => later })).resolves.toBeDefined();
  });
});
