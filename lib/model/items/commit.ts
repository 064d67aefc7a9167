/** A commit: changes, timeline entries and outbox messages that are written together. */
import type { NewEntry } from '#lib/model/entry.ts';
import type { Part } from './bounds.ts';

/** One transaction. Work without an upper bound is divided first (`bounds.ts`). */
export interface Commit extends Part {
  readonly teamId: string;
  readonly at: Date;
  readonly entries?: readonly NewEntry[];
}
