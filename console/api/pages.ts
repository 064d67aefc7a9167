/** A long list: its newest page, which a screen polls, and the older pages that a person asked for. */
import { useSignal } from '@preact/signals';
import { call } from './call.ts';
import type { Page } from './types.ts';

interface Identified {
  readonly id: string;
}

/** Newest first as they came, each once; what was read later counts. */
function merged<T extends Identified>(newer: readonly T[], older: readonly T[]): T[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !known.has(id))];
}

export interface LongList<T> {
  readonly items: readonly T[];
  readonly isOver: boolean;
  readonly readOlder: () => Promise<void>;
}

export function useOlder<T extends Identified>(path: string, latest: Page<T>): LongList<T> {
  const older = useSignal<readonly T[]>([]);
  const after = useSignal<string | null | undefined>(undefined);
  const cursor = after.value === undefined ? latest.cursor : after.value;
  const items = merged(latest.items, older.value);
  const readOlder = async () => {
    if (cursor === null) return;
    const page = await call<Page<T>>(`${path}?limit=100&cursor=${encodeURIComponent(cursor)}`);
    // With what is shown now, which new items may push out of the newest page.
    older.value = merged(items, page.items);
    after.value = page.cursor;
  };
  return { items, isOver: cursor === null, readOlder };
}
