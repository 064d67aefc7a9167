import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, openEngine } from '../../src/dynamodb/engine.ts';
import { passThrough } from '../../src/dynamodb/reads.ts';
import { singleWrite } from '../../src/dynamodb/single-write.ts';
import { createTable } from '../../src/dynamodb/table-changes.ts';
import { platformAccount, region } from '../../test-support/accounts.ts';
import { until } from '../until.ts';

const dir = mkdtempSync(join(tmpdir(), 'dynamodb-cursors-'));
const TableName = 'table';
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ dir, accountId: platformAccount, region, now: () => new Date() });
  await createTable(engine, {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  });
  await until('the table', () => engine.table(TableName));
  for (const sk of ['a', 'b', 'c'])
    await singleWrite('PutItem')(engine, { TableName, Item: { pk: { S: 'x' }, sk: { S: sk } } });
});
afterAll(async () => {
  await engine.close();
  rmSync(dir, { recursive: true });
});

/** How many of the store's cursors were opened and closed from now on. */
function watchedCursors() {
  const count = { opened: 0, closed: 0 };
  const { values } = engine.level;
  engine.level.values = (range) => {
    const cursor = values.call(engine.level, range);
    const { close } = cursor;
    count.opened += 1;
    cursor.close = () => {
      count.closed += 1;
      return close.call(cursor);
    };
    return cursor;
  };
  return count;
}

it('gives back the cursor of every query and scan, whether it read to the end or not', async () => {
  const cursors = watchedCursors();
  const KeyConditions = { pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'x' }] } };
  for (const [limit, Count] of [[{}, 3] as const, [{ Limit: 1 }, 1] as const]) {
    expect(await passThrough('Query')(engine, { TableName, KeyConditions, ...limit })).toMatchObject({ Count });
    expect(await passThrough('Scan')(engine, { TableName, ...limit })).toMatchObject({ Count });
  }

  await until('all closed', () => cursors.closed === 4);
  expect(cursors.opened).toBe(4);
});
