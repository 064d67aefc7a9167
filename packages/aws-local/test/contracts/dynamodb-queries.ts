/**
 * Queries, the global secondary index, and pages.
 * Source: DynamoDB guide, "Querying tables", "Using global secondary indexes"; API reference, Query.
 */
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';
import { type DynamoDbWorld, index } from './dynamodb-world.ts';

type Query = Partial<QueryCommandInput>;

const query = ({ documents, table: TableName }: DynamoDbWorld, input: Query) =>
  documents.send(new QueryCommand({ TableName, ...input }));

const ofPartition = (pk: string): Query => ({
  KeyConditionExpression: 'pk = :p',
  ExpressionAttributeValues: { ':p': pk },
});
const ofKey = (arn: string): Query => ({
  IndexName: index,
  KeyConditionExpression: 'onKeyArn = :k',
  ExpressionAttributeValues: { ':k': arn },
});
const sortKeys = ({ Items = [] }: QueryCommandOutput) => Items.map(({ sk }) => sk);

/** A partition with the sort keys `0` to `4`, of even or odd numbers. */
async function five(world: DynamoDbWorld): Promise<string> {
  const pk = world.partition();
  for (let n = 0; n < 5; n++) await world.put({ pk, sk: String(n), even: n % 2 === 0 });
  return pk;
}

/** Databases `0` to `4` on one key, written from the last to the first. */
async function fiveOnAKey(world: DynamoDbWorld): Promise<string> {
  const arn = world.partition();
  for (const n of [4, 3, 2, 1, 0]) await world.put({ pk: `${arn}${n}`, sk: 'a', onKeyArn: arn, id: String(n) });
  return arn;
}

/** The pages of a query: their sizes, and what they hold. */
async function pages(world: DynamoDbWorld, input: Query, name: 'sk' | 'id'): Promise<unknown> {
  const sizes: number[] = [];
  const seen: unknown[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await query(world, { ...input, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) });
    const items = page.Items ?? [];
    sizes.push(items.length);
    seen.push(...items.map((item) => item[name]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return { sizes, seen: seen.join('') };
}

const ranges: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['begins_with(sk, :v)', { ':v': '3' }, '3'],
  ['sk BETWEEN :v AND :w', { ':v': '1', ':w': '3' }, '123'],
  ['sk > :v', { ':v': '2' }, '34'],
  ['sk <= :v', { ':v': '1' }, '01'],
  ['sk = :v', { ':v': '9' }, ''],
];

const rangeCases = ranges.map(
  ([condition, values, found]): Case<DynamoDbWorld> => ({
    name: `Query finds ${found || 'nothing'} by ${condition} with ${JSON.stringify(values)}`,
    run: async (world) => {
      const pk = await five(world);
      const KeyConditionExpression = `pk = :p AND ${condition}`;
      return sortKeys(
        await query(world, { KeyConditionExpression, ExpressionAttributeValues: { ':p': pk, ...values } }),
      ).join('');
    },
    expected: found,
  }),
);

const cases: readonly Case<DynamoDbWorld>[] = [
  ...rangeCases,
  {
    name: 'Query comes in pages, forwards and backwards',
    run: async (world) => {
      const pk = await five(world);
      const backwards = { ...ofPartition(pk), ScanIndexForward: false };
      return [
        await pages(world, { ...ofPartition(pk), Limit: 2 }, 'sk'),
        await pages(world, { ...backwards, Limit: 2 }, 'sk'),
      ];
    },
    expected: [
      { sizes: [2, 2, 1], seen: '01234' },
      { sizes: [2, 2, 1], seen: '43210' },
    ],
  },
  {
    name: 'Query has a page more where the last one is full',
    run: async (world) => pages(world, { ...ofPartition(await five(world)), Limit: 5 }, 'sk'),
    expected: { sizes: [5, 0], seen: '01234' },
  },
  {
    name: 'Query filters after it limits, and counts both',
    run: async (world) => {
      const pk = await five(world);
      const filter = { FilterExpression: 'even = :even', ExpressionAttributeValues: { ':p': pk, ':even': true } };
      const { Count, ScannedCount, LastEvaluatedKey } = await query(world, { ...ofPartition(pk), ...filter, Limit: 3 });
      return { Count, ScannedCount, next: LastEvaluatedKey?.sk };
    },
    expected: { Count: 2, ScannedCount: 3, next: '2' },
  },
  {
    name: 'Query returns the requested attributes',
    run: async (world) => {
      const pk = await five(world);
      return (await query(world, { ...ofPartition(pk), ProjectionExpression: 'sk', Limit: 1 })).Items;
    },
    expected: [{ sk: '0' }],
  },
  {
    name: 'Query returns only a count on request',
    run: async (world) => {
      const { Count, Items } = await query(world, { ...ofPartition(await five(world)), Select: 'COUNT' });
      return [Count, Items];
    },
    expected: [5, undefined],
  },
  {
    name: 'Query of the index is in the order of its own key',
    run: async (world) => pages(world, ofKey(await fiveOnAKey(world)), 'id'),
    expected: { sizes: [5], seen: '01234' },
  },
  {
    name: 'Query of the index comes in pages that name the keys of both',
    run: async (world) => {
      const arn = await fiveOnAKey(world);
      const { LastEvaluatedKey } = await query(world, { ...ofKey(arn), Limit: 2 });
      return [Object.keys(LastEvaluatedKey ?? {}).sort(), await pages(world, { ...ofKey(arn), Limit: 2 }, 'id')];
    },
    expected: [['id', 'onKeyArn', 'pk', 'sk'], { sizes: [2, 2, 1], seen: '01234' }],
  },
  {
    name: 'Query of the index continues after a deleted item',
    run: async (world) => {
      const arn = await fiveOnAKey(world);
      const { LastEvaluatedKey } = await query(world, { ...ofKey(arn), Limit: 2 });
      if (!LastEvaluatedKey) throw new Error('There is no second page.');
      await world.documents.send(new DeleteCommand({ TableName: world.table, Key: { pk: `${arn}1`, sk: 'a' } }));
      const rest = await query(world, { ...ofKey(arn), ExclusiveStartKey: LastEvaluatedKey });
      return rest.Items?.map(({ id }) => id);
    },
    expected: ['2', '3', '4'],
  },
  {
    name: 'the index follows what becomes of an item',
    run: async (world) => {
      const [arn, other] = [await fiveOnAKey(world), world.partition()];
      const Key = (n: number) => ({ TableName: world.table, Key: { pk: `${arn}${n}`, sk: 'a' } });
      const to = { UpdateExpression: 'SET onKeyArn = :k', ExpressionAttributeValues: { ':k': other } };
      await world.documents.send(new UpdateCommand({ ...Key(0), ...to }));
      await world.documents.send(new UpdateCommand({ ...Key(1), UpdateExpression: 'REMOVE onKeyArn' }));
      await world.documents.send(new DeleteCommand(Key(2)));
      return [await pages(world, ofKey(arn), 'id'), await pages(world, ofKey(other), 'id')];
    },
    expected: [
      { sizes: [2], seen: '34' },
      { sizes: [1], seen: '0' },
    ],
  },
  {
    name: 'the index holds no item that lacks one of its keys',
    run: async (world) => {
      const arn = world.partition();
      await world.put({ pk: arn, sk: 'a', onKeyArn: arn });
      return (await query(world, ofKey(arn))).Count;
    },
    expected: 0,
  },
  {
    name: 'Query of the index refuses to be consistent',
    run: (world) => refusal(query(world, { ...ofKey('x'), ConsistentRead: true })),
    expected: 'ValidationException',
  },
  {
    name: 'Query refuses to start at half a key',
    run: (world) => refusal(query(world, { ...ofPartition('x'), ExclusiveStartKey: { pk: 'x' } })),
    expected: 'ValidationException',
  },
  {
    name: 'Query refuses to do without the hash key',
    run: (world) =>
      refusal(query(world, { KeyConditionExpression: 'sk = :v', ExpressionAttributeValues: { ':v': 'a' } })),
    expected: 'ValidationException',
  },
  {
    name: 'Query refuses a key in its filter',
    run: (world) => refusal(query(world, { ...ofPartition('x'), FilterExpression: 'sk = :p' })),
    expected: 'ValidationException',
    except: { ministack: { expected: 'accepted', aws: 'a filter has no key attributes' } },
  },
  {
    name: 'BatchGetItem returns existing items, and refuses a key twice',
    run: async ({ documents, table, ...world }) => {
      const pk = world.partition();
      await world.put({ pk, sk: 'a' });
      const get = (Keys: Record<string, string>[]) =>
        documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
      const key = { pk, sk: 'a' };
      const { Responses } = await get([key, { pk, sk: 'b' }]);
      return [Responses?.[table]?.length, await refusal(get([key, key]))];
    },
    expected: [1, 'ValidationException'],
  },
  {
    name: 'BatchWriteItem takes 25 items and no more',
    run: async ({ documents, table, partition }) => {
      const write = (count: number) => {
        const puts = Array.from({ length: count }, () => ({ PutRequest: { Item: { pk: partition(), sk: 'a' } } }));
        return refusal(documents.send(new BatchWriteCommand({ RequestItems: { [table]: puts } })));
      };
      return [await write(25), await write(26)];
    },
    expected: ['accepted', 'ValidationException'],
  },
];

export const queries: Contract<DynamoDbWorld> = { service: 'DynamoDB queries', cases };
