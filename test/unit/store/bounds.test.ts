/** The measure of a commit against DynamoDB's limits, and work in several transactions. */
import { describe, expect, it } from '@jest/globals';
import { itemBytes } from 'aws-local/dynamodb';
import fc from 'fast-check';
import {
  assertBounded,
  CommitTooLarge,
  fitting,
  joined,
  mostBytes,
  mostItems,
  type Part,
  rowBytes,
  sizeOf,
} from '#lib/model/items/bounds.ts';
import { committing } from '#lib/store/commit.ts';
import { anId, at, countingIds, teamId, tokenActor } from '#test/support/build.ts';
import { tableOf } from '#test/support/table.ts';

const row = (bytes: number) => ({ pk: 'TEAM#1', sk: 'ROW', text: 'x'.repeat(bytes), version: 1 });
const part = ({ changes = 1, entries = 0, effects = 0, bytes = 10 } = {}): Part => ({
  changes: Array.from({ length: changes }, () => ({ kind: 'save', row: row(bytes) }) as const),
  entries: Array.from(
    { length: entries },
    () => ({ type: 'AppCreated', actor: tokenActor, subject: {}, data: { name: 'x'.repeat(bytes) } }) as const,
  ),
  effects: Array.from(
    { length: effects },
    () => ({ kind: 'restart', restart: { teamId, appId: anId('app', 1), release: 1 } }) as const,
  ),
});

type Item = Parameters<typeof itemBytes>[0];
const asItem = (value: object): Item =>
  Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asValue(each)])) as Item;
/** The SDK's representation of a value for DynamoDB. */
function asValue(value: unknown): unknown {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(asValue) };
  return value === null || value === undefined ? { NULL: true } : { M: asItem(value) };
}

/** Records commits instead of sending them. */
function aTable(head?: object) {
  const transactions: { Put?: { Item: Record<string, unknown> } }[][] = [];
  const send = async ({ input }: { input: { TransactItems?: (typeof transactions)[number] } }) => {
    if (input.TransactItems) transactions.push(input.TransactItems);
    return input.TransactItems ? {} : { Item: head };
  };
  const commit = committing({ table: tableOf(send), newId: countingIds(), pause: async () => undefined });
  return { transactions, commit: (unit: Part) => commit({ teamId, at, ...joined([unit]) }) };
}

const parts = fc.record({
  ...{ changes: fc.nat(60), entries: fc.nat(30), effects: fc.nat(40) },
  bytes: fc.oneof(fc.nat(200), fc.nat(60_000)),
});

const leaves = [
  fc.string(),
  fc.maxSafeInteger(),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
];
const rows = fc.object({ key: fc.string({ minLength: 1 }), values: leaves, maxDepth: 4, withNullPrototype: false });

describe('the measure of a commit', () => {
  it('is never less than the request, in items and bytes, as DynamoDB counts them', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.boolean(), async (shape, isFirst) => {
        const unit = part(shape);
        const size = sizeOf(unit);
        fc.pre(size.items > 0 && size.items <= mostItems && size.bytes <= mostBytes);
        const { transactions, commit } = aTable(isFirst ? undefined : { seq: 7, hash: 'f'.repeat(64) });
        await commit(unit);
        const items = transactions.flat();
        const bytes = items.reduce((sum, { Put }) => sum + (Put ? itemBytes(asItem(Put.Item)) : 0), 0);
        expect(items.length).toBeLessThanOrEqual(size.items);
        expect(bytes).toBeLessThanOrEqual(size.bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('counts any row for at least what DynamoDB does', () => {
    fc.assert(
      fc.property(rows, (value) => {
        expect(rowBytes(value)).toBeGreaterThanOrEqual(itemBytes(asItem(value)));
      }),
    );
  });

  it('lets nothing be sent that a transaction does not hold', async () => {
    for (const tooLarge of [
      part({ changes: 101 }),
      part({ changes: 0, entries: 50 }),
      part({ changes: 60, bytes: 80_000 }),
    ]) {
      const { transactions, commit } = aTable();
      await expect(commit(tooLarge)).rejects.toThrow(CommitTooLarge);
      expect(transactions).toEqual([]);
    }
    expect(() => assertBounded(part({ changes: 100 }))).not.toThrow();
  });
});

describe('work that is larger than a transaction', () => {
  it('is divided into transactions that each fit, in order, with nothing left out or doubled', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (shapes) => {
        const base = part({ changes: 1, entries: 1, effects: 1 });
        const all = shapes.map(part).filter((each) => {
          const size = sizeOf(joined([base, each]));
          return size.items <= mostItems && size.bytes <= mostBytes;
        });
        const written: Part[] = [];
        for (let rest = all; rest.length > 0; ) {
          const count = fitting(base, rest);
          expect(count).toBeGreaterThan(0);
          assertBounded(joined([base, ...rest.slice(0, count)]));
          written.push(...rest.slice(0, count));
          rest = rest.slice(count);
        }
        expect(written).toEqual(all);
      }),
    );
  });

  it('is refused where one part alone is too large: no loop is infinite', () => {
    expect(() => fitting(part(), [part({ changes: 100 })])).toThrow(CommitTooLarge);
    expect(fitting(part(), [])).toBe(0);
  });
});
