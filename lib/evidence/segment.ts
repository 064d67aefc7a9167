/**
 * Finds the segment of a team's chain in a time span, without reading the rest. Nothing is stated about a segment that
 * is not intact: its entries, the neighbours on both sides, the chain's head and the last checkpoint must be
 * consistent.
 */

import { type Entry, firstHash } from '#lib/model/entry.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { type ChainDeps, startingAt, type Verification, verifyEntries, verifyPoint } from '#lib/timeline/verify.ts';
import type { Chain, Span } from './statement.ts';

export type SegmentDeps = ChainDeps & Needs<'readCheckpoint'>;

export interface Segment {
  readonly chain: Chain;
  /** All entries of the team in the segment, oldest first. */
  readonly entries: readonly Entry[];
}

/** The chain is in the order of commits; the clocks of different writers differ by less than this. */
const clocksDifferMs = 3_600_000;
const mostEntries = 20_000;

const shiftTime = (time: string, milliseconds: number): string =>
  new Date(Date.parse(time) + milliseconds).toISOString();

/** Throws `invalid_request` for more than 20,000 entries, with a shorter span that works; `timeline_broken`. */
export async function segmentOf(deps: SegmentDeps, teamId: string, span: Span): Promise<Segment> {
  const head = await deps.headOfChain(teamId);
  assertIntact(await verifyPoint(deps, teamId, head));
  const checkpoint = await deps.readCheckpoint(teamId);
  if (checkpoint) assertIntact(await verifyPoint(deps, teamId, checkpoint.statement));
  const start = await firstSince(deps, { teamId, last: head.seq, time: shiftTime(span.from, -clocksDifferMs) });
  const before = start > 1 ? await requireEntry(deps, teamId, start - 1) : null;
  const { near, after } = await readFrom(deps, { teamId, start, end: shiftTime(span.to, clocksDifferMs), span });
  const whole = verifyEntries(startingAt({ seq: start - 1, hash: before?.hash ?? firstHash }), [
    ...near,
    ...(after ? [after] : []),
  ]);
  assertIntact(whole);
  if (!after && whole.entries < head.seq) throw broken(whole.entries + 1);
  const isIn = ({ at }: Entry) => at >= span.from && at < span.to;
  const from = near.findIndex(isIn);
  const entries = from < 0 ? [] : near.slice(from, near.findLastIndex(isIn) + 1);
  const { seq: first, previousHash } = entries[0] ?? { seq: 0, previousHash: firstHash };
  return { entries, chain: { first, previousHash, hashes: entries.map(({ hash }) => hash), head } };
}

const assertIntact = ({ firstBad }: Verification): void => {
  if (firstBad) throw broken(firstBad.seq);
};

const broken = (seq: number): Problem =>
  new Problem(
    'timeline_broken',
    `The timeline is inconsistent at entry #${seq}, so nothing is signed. Contact the operator.`,
    { seq },
  );

async function requireEntry(deps: SegmentDeps, teamId: string, seq: number): Promise<Entry> {
  const entry = await deps.entryAt(teamId, seq);
  if (!entry) throw broken(seq);
  return entry;
}

/** The first sequence number whose entry is at or after the time. */
async function firstSince(
  deps: SegmentDeps,
  { teamId, last, time }: { teamId: string; last: number; time: string },
): Promise<number> {
  let low = 1;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { at } = await requireEntry(deps, teamId, middle);
    if (at >= time) high = middle;
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

/** `after` is the next entry; null at the chain's end. */
async function readFrom(
  deps: SegmentDeps,
  { teamId, start, end, span }: Reading,
): Promise<{ near: Entry[]; after: Entry | null }> {
  const near: Entry[] = [];
  for (let from = start - 1; ; ) {
    const page: Page<Entry> = await deps.chainOf(teamId, from);
    const inside = page.items.filter(({ at }) => at < end);
    const after = page.items.find(({ at }) => at >= end) ?? null;
    near.push(...(after ? inside.filter(({ seq }) => seq < after.seq) : inside));
    if (near.length > mostEntries) throw tooMuch(span, near[mostEntries - 1]);
    if (after || !page.cursor) return { near, after };
    from = page.items.at(-1)?.seq ?? from;
  }
}

/** `lastThatFits` is the last entry within the limit. */
export function tooMuch({ from }: Span, lastThatFits: Entry | undefined): Problem {
  const to = lastThatFits?.at ?? from;
  const detail =
    `The time span has more entries than fit into a bundle. Request a shorter one, until ${to}, and the ` +
    'rest separately.';
  return invalidValue('/to', detail);
}
