import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aWorld, cancellation, type World } from './dynamodb-world.ts';

let world: World;
let table: string;

beforeAll(async () => {
  world = await aWorld();
});
afterAll(() => world.end());
beforeEach(async () => {
  table = await world.aTable();
});

const put = (item: Record<string, unknown>) => world.put(table, item);
const get = (pk: string) => world.get(table, pk);
const byKeyArn = (keyArn: string) => world.byKeyArn(table, keyArn);

describe('transactions', () => {
  const increments = (pk: string) => ({
    Update: {
      TableName: table,
      Key: { pk, sk: 'a' },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': 1 },
    },
  });

  it('do all of their actions', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'old' });
    await put({ pk: '2', sk: 'a' });
    await put({ pk: '3', sk: 'a', ok: true });
    await world.documents.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: table, Item: { pk: '1', sk: 'a', keyArn: 'new' } } },
          { Delete: { TableName: table, Key: { pk: '2', sk: 'a' } } },
          {
            ConditionCheck: {
              TableName: table,
              Key: { pk: '3', sk: 'a' },
              ConditionExpression: 'ok = :t',
              ExpressionAttributeValues: { ':t': true },
            },
          },
          increments('4'),
        ],
      }),
    );
    expect(await get('1')).toMatchObject({ keyArn: 'new' });
    expect(await byKeyArn('old')).toEqual([]);
    expect(await byKeyArn('new')).toHaveLength(1);
    expect(await get('2')).toBeUndefined();
    expect(await get('4')).toMatchObject({ n: 1 });
    const { Responses } = await world.documents.send(
      new TransactGetCommand({
        TransactItems: ['1', '2'].map((pk) => ({ Get: { TableName: table, Key: { pk, sk: 'a' } } })),
      }),
    );
    expect(Responses).toEqual([{ Item: { pk: '1', sk: 'a', keyArn: 'new' } }, {}]);
  });

  it('do nothing when one condition fails, and say which one and on what item', async () => {
    await put({ pk: '2', sk: 'a', version: 9 });
    const error = await cancellation(
      world.documents.send(
        new TransactWriteCommand({
          TransactItems: [
            increments('1'),
            {
              Put: {
                TableName: table,
                Item: { pk: '2', sk: 'a' },
                ConditionExpression: 'attribute_not_exists(pk)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      ),
    );
    expect(error.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(error.CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: '2' }, sk: { S: 'a' }, version: { N: '9' } },
      },
    ]);
    expect(await get('1')).toBeUndefined();
  });

  it('are done once for one token', async () => {
    const transaction = { TransactItems: [increments('1')], ClientRequestToken: `token-${table}` };
    await world.documents.send(new TransactWriteCommand(transaction));
    await world.documents.send(new TransactWriteCommand(transaction));
    expect(await get('1')).toMatchObject({ n: 1 });
    await expect(
      world.documents.send(new TransactWriteCommand({ ...transaction, TransactItems: [increments('2')] })),
    ).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    world.passMinutes(11);
    await world.documents.send(new TransactWriteCommand(transaction));
    expect(await get('1')).toMatchObject({ n: 2 });
  });

  it('lose no update and pass no limit when they race', async () => {
    await put({ pk: 'counter', sk: 'a', n: 0 });
    const transactions = Array.from({ length: 130 }, (_, n) => [
      {
        Update: {
          TableName: table,
          Key: { pk: 'counter', sk: 'a' },
          UpdateExpression: 'ADD n :one',
          ConditionExpression: 'n < :limit',
          ExpressionAttributeValues: { ':one': 1, ':limit': 100 },
        },
      },
      { Put: { TableName: table, Item: { pk: 'entry', sk: String(n), keyArn: 'entries' } } },
    ]);
    const outcomes = await Promise.allSettled(
      transactions.map((TransactItems) => world.documents.send(new TransactWriteCommand({ TransactItems }))),
    );
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(lost).toHaveLength(30);
    expect(lost.every((error) => error instanceof TransactionCanceledException)).toBe(true);
    expect(await get('counter')).toMatchObject({ n: 100 });
    expect(await byKeyArn('entries')).toHaveLength(100);
  });

  it('that read before they write lose no update either', async () => {
    await put({ pk: 'counter', sk: 'a', n: 0 });
    const increment = async (): Promise<void> => {
      const { n } = (await get('counter')) as { n: number };
      const sent = world.documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName: table,
                Key: { pk: 'counter', sk: 'a' },
                UpdateExpression: 'SET n = :next',
                ConditionExpression: 'n = :n',
                ExpressionAttributeValues: { ':n': n, ':next': n + 1 },
              },
            },
          ],
        }),
      );
      const won = await sent.then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof TransactionCanceledException)) throw error;
          return false;
        },
      );
      if (!won) await increment();
    };
    const worker = async () => {
      for (let round = 0; round < 10; round++) await increment();
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(await get('counter')).toMatchObject({ n: 80 });
  });
});

describe('the limits of a transaction', () => {
  const items = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, n) => ({
      Put: { TableName: table, Item: { pk: `big-${n}`, sk: 'a', text: 'x'.repeat(bytes) } },
    }));
  const refusal = { name: 'ValidationException' };

  it('are a hundred items, for writes and for reads', async () => {
    await expect(
      world.documents.send(new TransactWriteCommand({ TransactItems: items(101, 1) })),
    ).rejects.toMatchObject(refusal);
    await world.documents.send(new TransactWriteCommand({ TransactItems: items(100, 1) }));
    const gets = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ Get: { TableName: table, Key: { pk: `big-${n}`, sk: 'a' } } }));
    await expect(world.documents.send(new TransactGetCommand({ TransactItems: gets(101) }))).rejects.toMatchObject(
      refusal,
    );
    expect((await world.documents.send(new TransactGetCommand({ TransactItems: gets(100) }))).Responses).toHaveLength(
      100,
    );
  });

  it('are four megabytes, for writes and for reads', async () => {
    await expect(
      world.documents.send(new TransactWriteCommand({ TransactItems: items(11, 390_000) })),
    ).rejects.toMatchObject(refusal);
    expect(await get('big-10')).toBeUndefined();
    for (const { Put } of items(11, 390_000)) await put(Put.Item);
    const gets = Array.from({ length: 11 }, (_, n) => ({
      Get: { TableName: table, Key: { pk: `big-${n}`, sk: 'a' } },
    }));
    await expect(world.documents.send(new TransactGetCommand({ TransactItems: gets }))).rejects.toMatchObject(refusal);
    await world.documents.send(new TransactGetCommand({ TransactItems: gets.slice(1) }));
  });
});

describe('a restart', () => {
  it('finds tables, items, index entries and tokens as they were', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k' });
    const transaction = {
      TransactItems: [
        { Put: { TableName: table, Item: { pk: '2', sk: 'a' }, ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
      ClientRequestToken: `restart-${table}`,
    };
    await world.documents.send(new TransactWriteCommand(transaction));
    await world.restart();
    expect(await get('1')).toEqual({ pk: '1', sk: 'a', keyArn: 'k' });
    expect(await byKeyArn('k')).toHaveLength(1);
    await world.documents.send(new TransactWriteCommand(transaction));
  });
});
