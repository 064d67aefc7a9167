/**
 * Cursors: opaque to clients; inside, the sort key of the last item. They only ever address the caller's own
 * partition.
 */

import type { Page } from './page.ts';
import { invalidValue } from './problem.ts';

export const encodeCursor = (sortKey: string): string => Buffer.from(sortKey).toString('base64url');

/** Throws `invalid_request` for a cursor that no page of this list gave. */
export function decodeCursor(cursor: string, prefix: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  if (sortKey.startsWith(prefix) && /^[\w#:./@-]+$/.test(sortKey) && encodeCursor(sortKey) === cursor) return sortKey;
  throw invalidValue('/cursor', 'No page of this list gave this cursor. Start again without one.', 'Unknown cursor');
}

interface PageRequest {
  readonly teamId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Listing<T, V> {
  /** With which every sort key of the list starts. */
  readonly prefix: string;
  readonly list: (teamId: string, query: { after: string | null; limit: number }) => Promise<Page<T>>;
  readonly view: (item: T) => V;
}

/** One page of a list, as in a response. */
export const listPage =
  <T, V>({ prefix, list, view }: Listing<T, V>) =>
  async ({ teamId, limit, cursor }: PageRequest): Promise<{ items: V[]; cursor: string | null }> => {
    const page = await list(teamId, { after: cursor === undefined ? null : decodeCursor(cursor, prefix), limit });
    return { items: page.items.map((item) => view(item)), cursor: page.cursor && encodeCursor(page.cursor) };
  };
