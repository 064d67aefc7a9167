import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  RestoreTableToPointInTimeCommand,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { accessKey, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { createDynamoDb } from '#local/dynamodb/dynamodb.ts';
import type { StandIn } from '#local/protocol.ts';
import { serve } from './json-service.ts';

let dir: string;
let now: Date;
let dynamoDb: StandIn;
let service: Awaited<ReturnType<typeof serve>>;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

const clientOf = (accountId: string) =>
  new DynamoDBClient({
    endpoint: service.url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: accessKey(accountId), secretAccessKey: 'x' },
  });

const start = async () => {
  dynamoDb = await createDynamoDb({ dir, now: () => now, sweepEvery: 20 });
  service = await serve(dynamoDb);
  client = clientOf(platformAccount);
  documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};
const stop = async () => {
  client.destroy();
  await service.close();
  await dynamoDb.close();
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
  now = new Date('2026-03-01T12:00:00Z');
  await start();
});
afterAll(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

let table: string;
let tables = 0;
beforeEach(async () => {
  tables += 1;
  table = `table-${tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'keyArn'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKeyArn',
          KeySchema: [
            { AttributeName: 'keyArn', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 1 }, { TableName: table });
});

const put = (Item: Record<string, unknown>) => documents.send(new PutCommand({ TableName: table, Item }));
const get = async (pk: string, sk = 'a') =>
  (await documents.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }))).Item;
const byKeyArn = async (keyArn: string) =>
  (
    await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byKeyArn',
        KeyConditionExpression: 'keyArn = :k',
        ExpressionAttributeValues: { ':k': keyArn },
      }),
    )
  ).Items;
const cancellation = async (sent: Promise<unknown>) => {
  const error = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TransactionCanceledException)) throw new Error(`Not cancelled: ${error}`);
  return error;
};

describe('tables', () => {
  it('are described with their index and listed', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: `arn:aws:dynamodb:us-east-1:${platformAccount}:table/${table}` });
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'byKeyArn', IndexStatus: 'ACTIVE' });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toContain(table);
  });

  it('belong to one account', async () => {
    const other = clientOf(customerAccount);
    expect((await other.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    other.destroy();
  });

  it('take their items and index entries with them', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k' });
    await client.send(new DeleteTableCommand({ TableName: table }));
    await expect(put({ pk: '1', sk: 'a' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await client.send(new ListTablesCommand({}))).TableNames).not.toContain(table);
  });

  it('refuse an operation that is not there', async () => {
    await expect(client.send(new RestoreTableToPointInTimeCommand({ TargetTableName: table }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

describe('items', () => {
  it('are put, updated, found by their index and deleted', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k1', n: 1 });
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: '1', sk: 'a' },
        UpdateExpression: 'SET keyArn = :k ADD n :two',
        ExpressionAttributeValues: { ':k': 'k2', ':two': 2 },
      }),
    );
    expect(await get('1')).toEqual({ pk: '1', sk: 'a', keyArn: 'k2', n: 3 });
    expect(await byKeyArn('k1')).toEqual([]);
    expect(await byKeyArn('k2')).toEqual([{ pk: '1', sk: 'a', keyArn: 'k2', n: 3 }]);
    const { Attributes } = await documents.send(
      new DeleteCommand({ TableName: table, Key: { pk: '1', sk: 'a' }, ReturnValues: 'ALL_OLD' }),
    );
    expect(Attributes).toMatchObject({ n: 3 });
    expect(await get('1')).toBeUndefined();
    expect(await byKeyArn('k2')).toEqual([]);
  });

  it.each([
    ['put', () => new PutCommand({ ...refused(), Item: { pk: '1', sk: 'a' } })],
    ['update', () => new UpdateCommand({ ...refused(), Key: { pk: '1', sk: 'a' }, UpdateExpression: 'REMOVE x' })],
    ['delete', () => new DeleteCommand({ ...refused(), Key: { pk: '1', sk: 'a' } })],
  ])('answer a failed condition of a %s with the item, when asked to', async (_verb, command) => {
    await put({ pk: '1', sk: 'a', version: 7 });
    await expect(documents.send(command() as PutCommand)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { version: { N: '7' } },
    });
    expect(await get('1')).toEqual({ pk: '1', sk: 'a', version: 7 });
  });
  const refused = () => ({
    TableName: table,
    ConditionExpression: 'version = :v',
    ExpressionAttributeValues: { ':v': 1 },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });

  it('keep what failed a condition to themselves otherwise', async () => {
    await put({ pk: '1', sk: 'a' });
    const error = await documents
      .send(new PutCommand({ TableName: table, Item: { pk: '1', sk: 'a' }, ConditionExpression: 'attribute_not_exists(pk)' }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
    expect((error as { Item?: unknown }).Item).toBeUndefined();
  });

  it('come in pages, forwards and backwards', async () => {
    const Items = Array.from({ length: 30 }, (_, n) => ({ pk: 'p', sk: String(n).padStart(3, '0') }));
    for (const half of [Items.slice(0, 15), Items.slice(15)]) {
      await documents.send(new BatchWriteCommand({ RequestItems: { [table]: half.map((Item) => ({ PutRequest: { Item } })) } }));
    }
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :p',
            ExpressionAttributeValues: { ':p': 'p' },
            Limit: 7,
            ScanIndexForward,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        seen.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(ScanIndexForward ? Items : Items.toReversed());
    }
    expect((await documents.send(new ScanCommand({ TableName: table }))).Count).toBe(30);
    const Keys = [Items[3], Items[4]].map((key) => ({ ...key }));
    const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
    expect(Responses?.[table]).toHaveLength(2);
  });

  it('are refused past 400 KB of bytes, whatever the letters', async () => {
    await put({ pk: '1', sk: 'a', text: 'x'.repeat(400_000) });
    await expect(put({ pk: '1', sk: 'a', text: 'é'.repeat(300_000) })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('are refused with an empty string under the key of an index', async () => {
    await expect(put({ pk: '1', sk: 'a', keyArn: '' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('transactions', () => {
  const increments = (pk: string) => ({
    Update: { TableName: table, Key: { pk, sk: 'a' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } },
  });

  it('do all of their actions', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'old' });
    await put({ pk: '2', sk: 'a' });
    await put({ pk: '3', sk: 'a', ok: true });
    await documents.send(
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
    const { Responses } = await documents.send(
      new TransactGetCommand({ TransactItems: ['1', '2'].map((pk) => ({ Get: { TableName: table, Key: { pk, sk: 'a' } } })) }),
    );
    expect(Responses).toEqual([{ Item: { pk: '1', sk: 'a', keyArn: 'new' } }, {}]);
  });

  it('do nothing when one condition fails, and say which one and on what item', async () => {
    await put({ pk: '2', sk: 'a', version: 9 });
    const error = await cancellation(
      documents.send(
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
    await documents.send(new TransactWriteCommand(transaction));
    await documents.send(new TransactWriteCommand(transaction));
    expect(await get('1')).toMatchObject({ n: 1 });
    await expect(documents.send(new TransactWriteCommand({ ...transaction, TransactItems: [increments('2')] }))).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    now = new Date(now.getTime() + 11 * 60_000);
    await documents.send(new TransactWriteCommand(transaction));
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
      transactions.map((TransactItems) => documents.send(new TransactWriteCommand({ TransactItems }))),
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
      const sent = documents.send(
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

describe('time to live', () => {
  it('removes what has expired, with its index entry, and nothing else', async () => {
    const seconds = Math.floor(now.getTime() / 1000);
    await put({ pk: 'gone', sk: 'a', keyArn: 'k', expiresAt: seconds - 1 });
    await put({ pk: 'ancient', sk: 'a', expiresAt: seconds - 6 * 365 * 24 * 3600 });
    await put({ pk: 'later', sk: 'a', expiresAt: seconds + 1000 });
    await put({ pk: 'text', sk: 'a', expiresAt: String(seconds - 1) });
    const specification = { TableName: table, TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } };
    await client.send(new UpdateTimeToLiveCommand(specification));
    await expect(client.send(new UpdateTimeToLiveCommand(specification))).rejects.toMatchObject({
      message: 'TimeToLive is already enabled',
    });
    expect((await client.send(new DescribeTimeToLiveCommand({ TableName: table }))).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    while (await get('gone')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await byKeyArn('k')).toEqual([]);
    expect(await Promise.all(['ancient', 'later', 'text'].map((pk) => get(pk)))).not.toContain(undefined);
  });
});

describe('a restart', () => {
  it('finds tables, items, index entries and tokens as they were', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k' });
    const transaction = {
      TransactItems: [{ Put: { TableName: table, Item: { pk: '2', sk: 'a' }, ConditionExpression: 'attribute_not_exists(pk)' } }],
      ClientRequestToken: `restart-${table}`,
    };
    await documents.send(new TransactWriteCommand(transaction));
    await stop();
    await start();
    expect(await get('1')).toEqual({ pk: '1', sk: 'a', keyArn: 'k' });
    expect(await byKeyArn('k')).toHaveLength(1);
    await documents.send(new TransactWriteCommand(transaction));
  });
});
