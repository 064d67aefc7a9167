/**
 * The limits of a transaction, and how larger work is divided. Every commit is measured before it is sent, since a
 * retry cannot make a transaction fit that DynamoDB refuses for its size.
 * Source: TransactWriteItems in the DynamoDB API reference (100 actions, 4 MB), and "DynamoDB item sizes and formats".
 */

import type { NewEntry } from '#lib/model/entry.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Change } from './change.ts';

export const mostItems = 100;
export const mostBytes = 4 * 1024 * 1024;

/** Changes that must be in one transaction. Larger work is a list of parts that may be committed separately. */
export interface Part {
  readonly changes: readonly Change[];
  readonly entries?: readonly NewEntry[];
  readonly effects?: readonly OutboxMessage[];
}

/** The entries and messages that report a change. */
export type News = Omit<Required<Part>, 'changes'>;

export interface Size {
  readonly items: number;
  readonly bytes: number;
}

/** An upper bound of a value's size in a row: each number counts as 21 bytes, the longest. */
function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 21;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, each) => sum + 1 + valueBytes(each), 0);
  if (value === null || typeof value !== 'object') return 1;
  return 3 + rowBytes(value) + Object.keys(value).length;
}

export const rowBytes = (row: object): number =>
  Object.entries(row).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** An upper bound of the attributes that the store adds to a row: address, hashes, ids and times. */
const ownBytes = 1024;

function changeBytes(change: Change): number {
  return ownBytes + ('row' in change ? rowBytes(change.row) : 0);
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

/** The chain's head and the team's chain mark, which a commit with entries writes. */
const heads = 2;

/** An upper bound. Each entry is written twice: to the chain and to the outbox. */
const sizeWithoutHeads = ({ changes, entries = [], effects = [] }: Part): Size => ({
  items: changes.length + 2 * entries.length + effects.length,
  bytes:
    sum(changes.map(changeBytes)) +
    sum(entries.map((entry) => 2 * (ownBytes + rowBytes(entry)))) +
    sum(effects.map((effect) => ownBytes + rowBytes(effect))),
});

const plus = (a: Size, b: Size): Size => ({ items: a.items + b.items, bytes: a.bytes + b.bytes });
const headsFor = (hasEntries: boolean): Size =>
  hasEntries ? { items: heads, bytes: heads * ownBytes } : { items: 0, bytes: 0 };
const hasEntries = ({ entries = [] }: Part): boolean => entries.length > 0;

export const sizeOf = (part: Part): Size => plus(sizeWithoutHeads(part), headsFor(hasEntries(part)));

const isWithin = ({ items, bytes }: Size): boolean => items <= mostItems && bytes <= mostBytes;

/** The commit exceeds the limits of a transaction. */
export class CommitTooLarge extends Error {
  override readonly name = 'CommitTooLarge';

  constructor({ items, bytes }: Size) {
    super(`A commit has ${items} items and ${bytes} bytes; a transaction holds ${mostItems} and ${mostBytes}`);
  }
}

/** Throws `CommitTooLarge`. */
export function assertBounded(part: Part): void {
  const size = sizeOf(part);
  if (!isWithin(size)) throw new CommitTooLarge(size);
}

/**
 * How many of `parts`, in order, fit into one transaction with `base`. Throws `CommitTooLarge` if the first does not
 * fit.
 */
export function fitting(base: Part, parts: readonly Part[]): number {
  let size = sizeWithoutHeads(base);
  let withEntries = hasEntries(base);
  for (const [index, part] of parts.entries()) {
    size = plus(size, sizeWithoutHeads(part));
    withEntries ||= hasEntries(part);
    const whole = plus(size, headsFor(withEntries));
    if (isWithin(whole)) continue;
    if (index > 0) return index;
    throw new CommitTooLarge(whole);
  }
  return parts.length;
}

/** Merges several parts into one. */
export const joined = (parts: readonly Part[]): Required<Part> => ({
  changes: parts.flatMap(({ changes }) => changes),
  entries: parts.flatMap(({ entries = [] }) => entries),
  effects: parts.flatMap(({ effects = [] }) => effects),
});
