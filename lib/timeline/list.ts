/** Lists the timeline in pages, newest first, with filters. */

import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import type { Entry } from '#lib/model/entry.ts';
import { isId } from '#lib/model/ids.ts';
import { entryKey } from '#lib/model/items/timeline.ts';
import type { Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue } from '#lib/model/problem.ts';
import { isBefore, isOpen, matches, type TimelineFilter } from './filter.ts';

export type ListTimelineDeps = Needs<'listEntries' | 'findDatabase'>;

export interface TimelineRequest extends TimelineFilter {
  readonly teamId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** With a filter, the entries per read and per page. A page may be short or empty without being the last. */
const atOnce = 200;
const mostRead = 2000;

/** Throws `invalid_request` for an unknown database name, an empty time span, and an invalid cursor. */
export const listTimeline =
  (deps: ListTimelineDeps) =>
  async ({
    teamId,
    limit,
    cursor,
    ...criteria
  }: TimelineRequest): Promise<{ items: Entry[]; cursor: string | null }> => {
    const filter = await resolveFilter(deps, teamId, criteria);
    const after = cursor === undefined ? null : decodeCursor(cursor, 'ENTRY#');
    const read = (from: string | null) =>
      deps.listEntries(teamId, { after: from, limit: isOpen(filter) ? limit : atOnce });
    const page = await filteredPage(read, { filter, after, limit });
    return { items: page.items, cursor: page.cursor && encodeCursor(page.cursor) };
  };

/** The entries that match, newest first, of the team's latest 2,000. */
export const latestEntries = async (
  { listEntries }: Needs<'listEntries'>,
  teamId: string,
  filter: TimelineFilter,
): Promise<Entry[]> => {
  const read = (after: string | null) => listEntries(teamId, { after, limit: atOnce });
  return (await filteredPage(read, { filter, after: null, limit: mostRead })).items;
};

interface PageRequest {
  readonly filter: TimelineFilter;
  readonly after: string | null;
  readonly limit: number;
}

async function filteredPage(
  read: (after: string | null) => Promise<Page<Entry>>,
  request: PageRequest,
): Promise<Page<Entry>> {
  const items: Entry[] = [];
  let cursor = request.after;
  for (let seen = 0; seen < mostRead; ) {
    const page = await read(cursor);
    const taken = take(page, { ...request, limit: request.limit - items.length });
    items.push(...taken.items);
    cursor = taken.cursor;
    if (!cursor || items.length === request.limit) break;
    seen += page.items.length;
  }
  return { items, cursor };
}

/** The matching entries of a page, and the next cursor; null if no entry can follow. */
function take(page: Page<Entry>, { filter, limit }: Pick<PageRequest, 'filter' | 'limit'>): Page<Entry> {
  const end = page.items.findIndex((entry) => isBefore(filter, entry));
  const within = end < 0 ? page.items : page.items.slice(0, end);
  const matching = within.filter((entry) => matches(filter, entry));
  const last = matching[limit - 1];
  if (last && last !== within.at(-1)) return { items: matching.slice(0, limit), cursor: entryKey(last.seq) };
  return { items: matching, cursor: end < 0 ? page.cursor : null };
}

/** A name refers to the database that has it now; a destroyed database has its id only. */
async function resolveFilter(
  deps: ListTimelineDeps,
  teamId: string,
  { from, to, database, ...filter }: TimelineFilter,
): Promise<TimelineFilter> {
  const span = { from: from && new Date(from).toISOString(), to: to && new Date(to).toISOString() };
  if (span.from && span.to && span.from >= span.to)
    throw invalidValue('/to', '`to` is not later than `from`. Give a later `to`.');
  if (database === undefined || isId('db', database)) return { ...filter, ...span, database };
  const found = await deps.findDatabase(teamId, database);
  if (!found) throw invalidValue('/database', `There is no database ${database}. Use the id of a destroyed database.`);
  return { ...filter, ...span, database: found.id };
}
