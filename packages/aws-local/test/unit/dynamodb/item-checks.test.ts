import { describe, expect, it } from '@jest/globals';
import type { Table } from '../../../src/dynamodb/dynalite.ts';
import { itemBytes, itemRefusal } from '../../../src/dynamodb/item-checks.ts';

const table: Table = {
  TableName: 'table',
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'pk' }],
  GlobalSecondaryIndexes: [{ IndexName: 'byOwner', IndexStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'owner' }] }],
};

describe("an item's size", () => {
  it.each([
    ['a text, by its bytes', { a: { S: 'é€' } }, 1 + 5],
    ['a number, two digits a byte', { n: { N: '-123.45' } }, 1 + 4],
    ['a binary, decoded', { b: { B: Buffer.alloc(10).toString('base64') } }, 1 + 10],
    ['true and null', { t: { BOOL: true }, n: { NULL: true } }, 4],
    ['sets', { s: { SS: ['ab', 'c'] }, n: { NS: ['1', '22'] } }, 1 + 3 + 1 + 4],
    ['a list', { l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 3 + 2],
    ['a map, with its names', { m: { M: { x: { S: 'ab' } } } }, 1 + 3 + 1 + 3],
  ])('counts %s', (_name, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});

describe('an item', () => {
  it('may be as large as the limit and no larger', () => {
    expect(itemRefusal({ pk: { S: 'x'.repeat(98) } }, table, 100)).toBeUndefined();
    expect(itemRefusal({ pk: { S: 'x'.repeat(99) } }, table, 100)?.message).toMatch(/maximum allowed size/);
  });

  it('may lack the key of an index, but not leave it empty', () => {
    expect(itemRefusal({ pk: { S: '1' } }, table, 100)).toBeUndefined();
    expect(itemRefusal({ pk: { S: '1' }, owner: { S: '' } }, table, 100)?.message).toMatch(
      /IndexName: byOwner, IndexKey: owner/,
    );
  });
});
