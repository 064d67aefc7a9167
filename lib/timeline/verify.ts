/** Verifying a team's chain: every hash is computed again, and the first entry that does not fit is named. */
import type { Page } from '#lib/store/table.ts';
import { type Entry, entryHash, firstHash } from './entry.ts';

export interface Verification {
  readonly intact: boolean;
  readonly entries: number;
  /** The last hash that fits. */
  readonly head: string;
  readonly firstBad: { readonly seq: number; readonly reason: 'missing' | 'changed' | 'not_linked' } | null;
}

export const startOfChain: Verification = { intact: true, entries: 0, head: firstHash, firstBad: null };

/** The verification continued over the next entries, in order; a bad one ends it. */
export function verifyEntries(before: Verification, entries: readonly Entry[]): Verification {
  let state = before;
  for (const entry of entries) {
    if (!state.intact) return state;
    const reason = faultOf(entry, state);
    state = reason
      ? { ...state, intact: false, firstBad: { seq: state.entries + 1, reason } }
      : { ...state, entries: entry.seq, head: entry.hash };
  }
  return state;
}

function faultOf(entry: Entry, { entries, head }: Verification) {
  if (entry.seq !== entries + 1) return 'missing';
  if (entry.previousHash !== head) return 'not_linked';
  return entryHash(entry) === entry.hash ? null : 'changed';
}

/** The whole chain of a team, read page by page. */
export const verifyChain =
  ({ chainOf }: { readonly chainOf: (teamId: string, after: string | null) => Promise<Page<Entry>> }) =>
  async (teamId: string): Promise<Verification> => {
    let state = startOfChain;
    let after: string | null = null;
    do {
      const page: Page<Entry> = await chainOf(teamId, after);
      state = verifyEntries(state, page.items);
      after = page.cursor;
    } while (after && state.intact);
    return state;
  };
