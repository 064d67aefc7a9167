/** The stretch of a team's chain that lies in a span of time, found without reading what is outside of it. */
import { Problem } from '#lib/problem.ts';
import { entryKey } from '#lib/store/commit.ts';
import type { Page } from '#lib/store/table.ts';
import { type Entry, firstHash } from '#lib/timeline/entry.ts';
import type { Chain, Head, Span } from './statement.ts';

export interface SegmentDeps {
  readonly headOfChain: (teamId: string) => Promise<Head>;
  readonly entryAt: (teamId: string, seq: number) => Promise<Entry | null>;
  readonly chainOf: (teamId: string, after: string | null) => Promise<Page<Entry>>;
}

export interface Segment {
  readonly chain: Chain;
  /** All of the team's in it, oldest first. */
  readonly entries: readonly Entry[];
}

/** The chain is in the order of commits; the clocks of different writers differ by less than this. */
const clocksDifferMs = 3_600_000;
const mostEntries = 20_000;

const moved = (time: string, milliseconds: number): string => new Date(Date.parse(time) + milliseconds).toISOString();

/** Throws `invalid_request` for more than 20,000 entries, with a time that fits. */
export async function segmentOf(deps: SegmentDeps, teamId: string, span: Span): Promise<Segment> {
  const head = await deps.headOfChain(teamId);
  const start = await firstSince(deps, { teamId, last: head.seq, time: moved(span.from, -clocksDifferMs) });
  const near = await readFrom(deps, { teamId, start, end: moved(span.to, clocksDifferMs), span });
  const isIn = ({ at }: Entry) => at >= span.from && at < span.to;
  const from = near.findIndex(isIn);
  const entries = from < 0 ? [] : near.slice(from, near.findLastIndex(isIn) + 1);
  const { seq: first, previousHash } = entries[0] ?? { seq: 0, previousHash: firstHash };
  return { entries, chain: { first, previousHash, hashes: entries.map(({ hash }) => hash), head } };
}

/** The first place at whose entry the time has come. */
async function firstSince(deps: SegmentDeps, { teamId, last, time }: { teamId: string; last: number; time: string }): Promise<number> {
  let low = 1;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await deps.entryAt(teamId, middle);
    if (entry && entry.at >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Reading {
  readonly teamId: string;
  readonly start: number;
  readonly end: string;
  readonly span: Span;
}

async function readFrom(deps: SegmentDeps, { teamId, start, end, span }: Reading): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | null = entryKey(start - 1);
  do {
    const page: Page<Entry> = await deps.chainOf(teamId, after);
    const stop = page.items.findIndex(({ at }) => at >= end);
    entries.push(...(stop < 0 ? page.items : page.items.slice(0, stop)));
    if (entries.length > mostEntries) throw tooMuch(span, entries[mostEntries - 1]);
    after = stop < 0 ? page.cursor : null;
  } while (after);
  return entries;
}

/** `lastThatFits` is the last entry that has room. */
export function tooMuch({ from }: Span, lastThatFits: Entry | undefined): Problem {
  const to = lastThatFits?.at ?? from;
  const detail = `More happened in that time than one bundle holds. Ask for a shorter time, as until ${to}, and for the rest in another.`;
  return new Problem('invalid_request', detail, { errors: [{ pointer: '/to', detail }] });
}
