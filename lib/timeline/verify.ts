/**
 * Verifies a team's chain: computes every hash again, compares the end with the chain's head, and names the first entry
 * that is inconsistent. A call does a bounded amount of work, and returns where the next call continues.
 */

import { type ChainPoint, type Entry, entryHash, firstHash } from '#lib/model/entry.ts';
import type { Needs } from '#lib/model/ports.ts';

export const chainFaults = ['missing', 'changed', 'not_linked', 'head_differs'] as const;

export interface Verification {
  readonly intact: boolean;
  /** The sequence number of the last verified entry. */
  readonly entries: number;
  /** The last verified hash. */
  readonly head: string;
  readonly firstBad: { readonly seq: number; readonly reason: (typeof chainFaults)[number] } | null;
}

export const startOfChain: Verification = { intact: true, entries: 0, head: firstHash, firstBad: null };

export const startingAt = ({ seq, hash }: ChainPoint): Verification => ({ ...startOfChain, entries: seq, head: hash });

type Reason = (typeof chainFaults)[number];

const badAt = (state: Verification, seq: number, reason: Reason): Verification => ({
  ...state,
  intact: false,
  firstBad: { seq, reason },
});

/** Continues the verification with the next entries, in order; it ends at an inconsistent entry. */
export function verifyEntries(before: Verification, entries: readonly Entry[]): Verification {
  let state = before;
  for (const entry of entries) {
    if (!state.intact) return state;
    const reason = faultOf(entry, state);
    state = reason ? badAt(state, state.entries + 1, reason) : { ...state, entries: entry.seq, head: entry.hash };
  }
  return state;
}

function faultOf(entry: Entry, { entries, head }: Verification): Reason | null {
  if (entry.seq !== entries + 1) return 'missing';
  if (entry.previousHash !== head) return 'not_linked';
  return entryHash(entry) === entry.hash ? null : 'changed';
}

export type ChainDeps = Needs<'chainOf' | 'entryAt' | 'headOfChain'>;

/** Whether the chain still has this hash at this sequence number. */
export async function verifyPoint(deps: ChainDeps, teamId: string, point: ChainPoint): Promise<Verification> {
  const state = startingAt(point);
  if (point.seq === 0) return point.hash === firstHash ? state : badAt(state, 0, 'not_linked');
  const entry = await deps.entryAt(teamId, point.seq);
  if (!entry) return badAt(state, point.seq, 'missing');
  if (entryHash(entry) !== entry.hash) return badAt(state, point.seq, 'changed');
  return entry.hash === point.hash ? state : badAt(state, point.seq, 'not_linked');
}

export interface Progress extends Verification {
  /** Whether the chain's end was reached. */
  readonly complete: boolean;
}

export interface Walk {
  readonly teamId: string;
  readonly from: ChainPoint;
  /** Pages of 500 entries, or of a megabyte. */
  readonly mostPages: number;
  readonly onEntries?: (entries: readonly Entry[]) => void;
}

/** Verifies the chain from a point on, including the point itself. */
export async function walkChain(deps: ChainDeps, { teamId, from, mostPages, onEntries }: Walk): Promise<Progress> {
  const head = await deps.headOfChain(teamId);
  let state = await verifyPoint(deps, teamId, from);
  for (let pages = 0; state.intact && pages < mostPages; pages++) {
    const page = await deps.chainOf(teamId, state.entries);
    state = verifyEntries(state, page.items);
    if (state.intact) onEntries?.(page.items);
    if (state.intact && !page.cursor) return { ...(await againstHead(deps, { teamId, state, head })), complete: true };
  }
  return { ...state, complete: false };
}

interface Ended {
  readonly teamId: string;
  readonly state: Verification;
  /** The chain's head before the entries were read. */
  readonly head: ChainPoint;
}

/**
 * Compares the last entry with the chain's head: no entry may be missing behind it, and none may lie beyond the head.
 */
async function againstHead(deps: ChainDeps, { teamId, state, head }: Ended): Promise<Verification> {
  if (state.entries < head.seq) return badAt(state, state.entries + 1, 'missing');
  const now = state.entries === head.seq ? head : await deps.headOfChain(teamId);
  if (now.seq < state.entries) return badAt(state, now.seq + 1, 'head_differs');
  return now.seq === state.entries && now.hash !== state.head ? badAt(state, state.entries, 'head_differs') : state;
}
