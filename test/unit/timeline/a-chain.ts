/** A team's chain in memory, with tampering. */

import { type ChainPoint, type Entry, entryHash, firstHash, type NewEntry } from '#lib/model/entry.ts';
import { anId, at, teamId, tokenActor } from '#test/support/build.ts';

const appCreated = (seq: number): NewEntry => ({
  type: 'AppCreated',
  actor: tokenActor,
  subject: { appId: anId('app', seq) },
  data: { name: `app-${seq}`, ...{ nested: { list: [seq, null, true] } } },
});

export function linked(entries: readonly NewEntry[]): Entry[] {
  const chain: Entry[] = [];
  for (const [index, entry] of entries.entries()) {
    const seq = index + 1;
    const made = {
      ...entry,
      id: anId('entry', seq),
      teamId,
      seq,
      at: at.toISOString(),
      previousHash: chain.at(-1)?.hash ?? firstHash,
    };
    chain.push({ ...made, hash: entryHash(made) });
  }
  return chain;
}

/** An intact chain of this many entries. */
export const aChain = (length: number): Entry[] => linked(Array.from({ length }, (_, index) => appCreated(index + 1)));

export const pointOf = ({ seq, hash }: Entry): ChainPoint => ({ seq, hash });

/** `head` is the head in the table, by default that of the entries. `pages` counts the pages that were read. */
export function aTable(entries: readonly Entry[], { size = 500, head }: { size?: number; head?: ChainPoint } = {}) {
  const last = entries.at(-1);
  const reads = { pages: 0 };
  const deps = {
    headOfChain: async () => head ?? (last ? pointOf(last) : { seq: 0, hash: firstHash }),
    entryAt: async (_: string, seq: number) => entries.find((entry) => entry.seq === seq) ?? null,
    chainOf: async (_: string, after: number) => {
      reads.pages += 1;
      const rest = entries.filter(({ seq }) => seq > after);
      const items = rest.slice(0, size);
      return { items, cursor: rest.length > size ? 'more' : null };
    },
  };
  return { deps, reads };
}
