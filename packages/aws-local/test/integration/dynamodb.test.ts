import {
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  RestoreTableToPointInTimeCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  PutCommand,
  paginateQuery,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { customerAccount, platformAccount } from '../../test-support/accounts.ts';
import { aWorld, type World } from './dynamodb-world.ts';

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

describe('tables', () => {
  it('are described with their index and listed', async () => {
    const { Table } = await world.client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:us-east-1:${platformAccount}:table/${table}`,
    });
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'byKeyArn', IndexStatus: 'ACTIVE' });
    expect((await world.client.send(new ListTablesCommand({}))).TableNames).toContain(table);
  });

  it('belong to one account', async () => {
    const other = world.clientOf(customerAccount);
    expect((await other.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    other.destroy();
  });

  it('take their items and index entries with them', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k' });
    await world.client.send(new DeleteTableCommand({ TableName: table }));
    await expect(put({ pk: '1', sk: 'a' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await world.client.send(new ListTablesCommand({}))).TableNames).not.toContain(table);
  });

  it('refuse an operation that does not exist', async () => {
    await expect(
      world.client.send(new RestoreTableToPointInTimeCommand({ TargetTableName: table })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

describe('items', () => {
  it('are put, updated, found by their index and deleted', async () => {
    await put({ pk: '1', sk: 'a', keyArn: 'k1', n: 1 });
    await world.documents.send(
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
    const { Attributes } = await world.documents.send(
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
  ])('return the item of a failed condition of a %s on request', async (_verb, command) => {
    await put({ pk: '1', sk: 'a', version: 7 });
    await expect(world.documents.send(command() as PutCommand)).rejects.toMatchObject({
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
    const error = await world.documents
      .send(
        new PutCommand({
          TableName: table,
          Item: { pk: '1', sk: 'a' },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
    expect((error as { Item?: unknown }).Item).toBeUndefined();
  });

  it.each([true, false])('come in pages, forwards %p', async (ScanIndexForward) => {
    const items = Array.from({ length: 30 }, (_, n) => ({ pk: 'p', sk: String(n).padStart(3, '0') }));
    for (const half of [items.slice(0, 15), items.slice(15)]) {
      await world.documents.send(
        new BatchWriteCommand({ RequestItems: { [table]: half.map((Item) => ({ PutRequest: { Item } })) } }),
      );
    }
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': 'p' },
      ScanIndexForward,
    };
    const seen: unknown[] = [];
    for await (const page of paginateQuery({ client: world.documents, pageSize: 7 }, query))
      seen.push(...(page.Items ?? []));
    expect(seen).toEqual(ScanIndexForward ? items : items.toReversed());
    expect((await world.documents.send(new ScanCommand({ TableName: table }))).Count).toBe(30);
  });

  it('are read by a batch of keys', async () => {
    await put({ pk: '1', sk: 'a' });
    const Keys = ['1', '2'].map((pk) => ({ pk, sk: 'a' }));
    const { Responses } = await world.documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
    expect(Responses?.[table]).toEqual([{ pk: '1', sk: 'a' }]);
  });

  it('are refused past 400 KB of bytes, whatever the letters', async () => {
    await put({ pk: '1', sk: 'a', text: 'x'.repeat(400_000) });
    await expect(put({ pk: '1', sk: 'a', text: 'é'.repeat(300_000) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('are refused with an empty string under the key of an index', async () => {
    await expect(put({ pk: '1', sk: 'a', keyArn: '' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('time to live', () => {
  it('removes what has expired, with its index entry, and nothing else', async () => {
    const seconds = Math.floor(world.now().getTime() / 1000);
    await put({ pk: 'gone', sk: 'a', keyArn: 'k', expiresAt: seconds - 1 });
    await put({ pk: 'ancient', sk: 'a', expiresAt: seconds - 6 * 365 * 24 * 3600 });
    await put({ pk: 'later', sk: 'a', expiresAt: seconds + 1000 });
    await put({ pk: 'text', sk: 'a', expiresAt: String(seconds - 1) });
    const specification = { TableName: table, TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } };
    await world.client.send(new UpdateTimeToLiveCommand(specification));
    await expect(world.client.send(new UpdateTimeToLiveCommand(specification))).rejects.toMatchObject({
      message: 'TimeToLive is already enabled',
    });
    expect(
      (await world.client.send(new DescribeTimeToLiveCommand({ TableName: table }))).TimeToLiveDescription,
    ).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    while (await get('gone')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await byKeyArn('k')).toEqual([]);
    expect(await Promise.all(['ancient', 'later', 'text'].map((pk) => get(pk)))).not.toContain(undefined);
  });
});
