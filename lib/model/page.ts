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
