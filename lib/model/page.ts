/** Pages of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page starts; null when there is none. */
  readonly cursor: string | null;
}

/** Every item that `next` pages through; for lists that a team keeps short. */
export async function allOf<T>(next: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await next(cursor);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor);
  return items;
}

export interface ListQuery {
  readonly after?: string | null | undefined;
  readonly limit: number;
}

interface Order<T> {
  /** A sort key of an item, by which the list is in order. It is the cursor after the item. */
  readonly keyOf: (item: T, index: number) => string;
  readonly newestFirst?: boolean;
}

/** One page of a list in memory. An item that was removed meanwhile does not change where the next page starts. */
export function pageWithin<T>(
  all: readonly T[],
  { after = null, limit }: ListQuery,
  { keyOf, newestFirst = false }: Order<T>,
): Page<T> {
  const keyed = all.map((item, index) => ({ item, key: keyOf(item, index) }));
  const rest = after === null ? keyed : keyed.filter(({ key }) => (newestFirst ? key < after : key > after));
  const page = rest.slice(0, limit);
  return { items: page.map(({ item }) => item), cursor: rest.length > limit ? (page.at(-1)?.key ?? null) : null };
}

/** Everything of a team that a paginated list has. */
export const allOfTeam = <T>(list: (teamId: string, query: ListQuery) => Promise<Page<T>>, teamId: string) =>
  allOf<T>((after) => list(teamId, { after, limit: 100 }));
