/** The timeline page by page, newest first, under filters. A page ends where the next begins, whatever lies between that does not match. */

import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import type { Entry } from '#lib/model/entry.ts';
import { isId } from '#lib/model/ids.ts';
import { entryKey } from '#lib/model/items/timeline.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { isBefore, isOpen, matches, type TimelineFilter } from './filter.ts';

export type ListTimelineDeps = Needs<'listEntries' | 'findDatabase'>;

export interface TimelineRequest extends TimelineFilter {
  readonly teamId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How many entries are read at a time under a filter, and at most for one page, which may then be short or empty and still not be the last. */
const atOnce = 200;
const mostRead = 2000;

/** Throws `invalid_request` for a database that nobody knows by that name, for a time span without time, and for a foreign cursor. */
export const listTimeline =
  (deps: ListTimelineDeps) =>
  async ({ teamId, limit, cursor, ...asked }: TimelineRequest): Promise<{ items: Entry[]; cursor: string | null }> => {
    const filter = await resolved(deps, teamId, asked);
    const after = cursor === undefined ? null : decodeCursor(cursor, 'ENTRY#');
    const read = (from: string | null) =>
      deps.listEntries(teamId, { after: from, limit: isOpen(filter) ? limit : atOnce });
    const page = await filteredPage(read, { filter, after, limit });
    return { items: page.items, cursor: page.cursor && encodeCursor(page.cursor) };
  };

interface Wanted {
  readonly filter: TimelineFilter;
  readonly after: string | null;
  readonly limit: number;
}

async function filteredPage(
  read: (after: string | null) => Promise<Page<Entry>>,
  wanted: Wanted,
): Promise<Page<Entry>> {
  const items: Entry[] = [];
  let cursor = wanted.after;
  for (let seen = 0; seen < mostRead; ) {
    const page = await read(cursor);
    const taken = take(page, { ...wanted, limit: wanted.limit - items.length });
    items.push(...taken.items);
    cursor = taken.cursor;
    if (!cursor || items.length === wanted.limit) break;
    seen += page.items.length;
  }
  return { items, cursor };
}

/** What a page has of what is wanted, and where to read on; null when nothing can follow. */
function take(page: Page<Entry>, { filter, limit }: Pick<Wanted, 'filter' | 'limit'>): Page<Entry> {
  const end = page.items.findIndex((entry) => isBefore(filter, entry));
  const within = end < 0 ? page.items : page.items.slice(0, end);
  const matching = within.filter((entry) => matches(filter, entry));
  const last = matching[limit - 1];
  if (last && last !== within.at(-1)) return { items: matching.slice(0, limit), cursor: entryKey(last.seq) };
  return { items: matching, cursor: end < 0 ? page.cursor : null };
}

/** A database's name stands for the one that has it now; one that is gone is asked for by its id. */
async function resolved(
  deps: ListTimelineDeps,
  teamId: string,
  { from, to, database, ...filter }: TimelineFilter,
): Promise<TimelineFilter> {
  const span = { from: from && new Date(from).toISOString(), to: to && new Date(to).toISOString() };
  if (span.from && span.to && span.from >= span.to)
    throw invalid('/to', 'No time lies between `from` and `to`. Give a `to` that is later than `from`.');
  if (database === undefined || isId('db', database)) return { ...filter, ...span, database };
  const found = await deps.findDatabase(teamId, database);
  if (!found) throw invalid('/database', `There is no database ${database} now. Ask for one that is gone by its id.`);
  return { ...filter, ...span, database: found.id };
}

const invalid = (pointer: string, detail: string) =>
  new Problem('invalid_request', detail, { errors: [{ pointer, detail }] });
