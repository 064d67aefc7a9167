/**
 * Single writes and their conditions.
 * Source: DynamoDB guide, "Condition expressions", "Update expressions"; API reference, PutItem and UpdateItem.
 */
import {
  DeleteCommand,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';
import type { DynamoDbWorld, Item } from './dynamodb-world.ts';

type Update = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** An item as it is after the update, or why it isn't. */
async function updated(world: DynamoDbWorld, before: Item | null, update: Update): Promise<unknown> {
  const { table, documents } = world;
  const pk = world.partition();
  if (before) await world.put({ pk, sk: 'a', ...before });
  const sent = documents.send(new UpdateCommand({ TableName: table, Key: { pk, sk: 'a' }, ...update }));
  const said = await refusal(sent);
  if (said !== 'accepted') return said;
  const { pk: _, sk: __, ...item } = (await world.get(pk)) ?? {};
  return item;
}

/** Whether a condition lets an item be put over another. */
async function put(
  world: DynamoDbWorld,
  before: Item | null,
  condition: Omit<PutCommandInput, 'TableName' | 'Item'>,
): Promise<string> {
  const pk = world.partition();
  if (before) await world.put({ pk, sk: 'a', ...before });
  return refusal(world.documents.send(new PutCommand({ TableName: world.table, Item: { pk, sk: 'a' }, ...condition })));
}

const failed = 'ConditionalCheckFailedException';
const held = { aText: 'abcdef', n: 7, aList: ['x', 'y'], aMap: { deep: 1 }, aSet: new Set(['red', 'blue']) };

/** Conditions on `held`, and whether they are true. */
const conditions: readonly (readonly [string, Readonly<Record<string, unknown>>, boolean])[] = [
  ['attribute_exists(n)', {}, true],
  ['attribute_exists(aMap.deep)', {}, true],
  ['attribute_exists(aText) AND attribute_not_exists(nothing)', {}, true],
  ['attribute_not_exists(n)', {}, false],
  ['attribute_type(aList, :v)', { ':v': 'L' }, true],
  ['attribute_type(n, :v)', { ':v': 'S' }, false],
  ['begins_with(aText, :v)', { ':v': 'abc' }, true],
  ['begins_with(aText, :v)', { ':v': 'bcd' }, false],
  ['contains(aText, :v)', { ':v': 'cd' }, true],
  ['contains(aList, :v)', { ':v': 'y' }, true],
  ['contains(aSet, :v)', { ':v': 'red' }, true],
  ['contains(aList, :v)', { ':v': 'z' }, false],
  ['size(aText) = :v', { ':v': 6 }, true],
  ['size(aList) > :v', { ':v': 2 }, false],
  ['n BETWEEN :v AND :w', { ':v': 7, ':w': 9 }, true],
  ['n IN (:v, :w)', { ':v': 1, ':w': 2 }, false],
  ['n <> :v', { ':v': 8 }, true],
  ['n < :v', { ':v': '9' }, false],
  ['nothing <> :v', { ':v': 1 }, true],
  ['nothing = :v', { ':v': 1 }, false],
  ['NOT n = :v OR aList[1] = :w', { ':v': 7, ':w': 'y' }, true],
];

const conditionCases = conditions.map(
  ([ConditionExpression, values, holds]): Case<DynamoDbWorld> => ({
    name: `PutItem ${holds ? 'takes' : 'refuses'} ${ConditionExpression} with ${JSON.stringify(values)}`,
    run: (world) =>
      put(world, held, {
        ConditionExpression,
        ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      }),
    expected: holds ? 'accepted' : failed,
  }),
);

const cases: readonly Case<DynamoDbWorld>[] = [
  ...conditionCases,
  {
    name: 'PutItem makes an item once under attribute_not_exists',
    run: async (world) => [
      await put(world, null, { ConditionExpression: 'attribute_not_exists(pk)' }),
      await put(world, {}, { ConditionExpression: 'attribute_not_exists(pk)' }),
    ],
    expected: ['accepted', failed],
  },
  {
    name: 'PutItem returns the item of a failed condition only on request',
    run: async (world) => {
      const pk = world.partition();
      await world.put({ pk, sk: 'a', version: 7 });
      const shown = async (more: Partial<PutCommandInput>) => {
        const command = {
          TableName: world.table,
          Item: { pk, sk: 'a' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ...more,
        };
        const error = await world.documents.send(new PutCommand(command)).catch((thrown: unknown) => thrown);
        return (error as { Item?: Record<string, unknown> }).Item?.version;
      };
      return [await shown({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }), await shown({})];
    },
    expected: [{ N: '7' }, undefined],
  },
  {
    name: 'DeleteItem succeeds for a missing item, unless a condition fails',
    run: async (world) => {
      const gone = { TableName: world.table, Key: { pk: world.partition(), sk: 'a' } };
      const strict = { ...gone, ConditionExpression: 'attribute_exists(pk)' };
      return [
        await refusal(world.documents.send(new DeleteCommand(gone))),
        await refusal(world.documents.send(new DeleteCommand(strict))),
      ];
    },
    expected: ['accepted', failed],
  },
  {
    name: 'UpdateItem creates a missing item',
    run: (world) =>
      updated(world, null, { UpdateExpression: 'SET a = :v ADD n :v', ExpressionAttributeValues: { ':v': 2 } }),
    expected: { a: 2, n: 2 },
  },
  {
    name: 'UpdateItem reads what was before it in every clause',
    run: (world) =>
      updated(
        world,
        { a: 1, b: 2, gone: true },
        {
          UpdateExpression: 'SET a = b, b = a, c = if_not_exists(c, :v), l = list_append(:l, :l) REMOVE gone',
          ExpressionAttributeValues: { ':v': 9, ':l': ['x'] },
        },
      ),
    expected: { a: 2, b: 1, c: 9, l: ['x', 'x'] },
  },
  {
    name: 'UpdateItem adds to sets and takes from them',
    run: (world) =>
      updated(
        world,
        { aSet: new Set(['a', 'b']), another: new Set(['a']) },
        {
          UpdateExpression: 'ADD aSet :c DELETE another :a',
          ExpressionAttributeValues: { ':c': new Set(['c']), ':a': new Set(['a']) },
        },
      ),
    expected: { aSet: new Set(['a', 'b', 'c']) },
  },
  {
    name: 'UpdateItem refuses to change a key',
    run: (world) => updated(world, null, { UpdateExpression: 'SET sk = :v', ExpressionAttributeValues: { ':v': 'b' } }),
    expected: 'ValidationException',
  },
  {
    name: 'UpdateItem refuses a path under what does not exist',
    run: (world) =>
      updated(world, {}, { UpdateExpression: 'SET aMap.deep = :v', ExpressionAttributeValues: { ':v': 1 } }),
    expected: 'ValidationException',
  },
  {
    name: 'UpdateItem refuses two paths that overlap',
    run: (world) =>
      updated(world, {}, { UpdateExpression: 'SET a = :v REMOVE a', ExpressionAttributeValues: { ':v': 1 } }),
    expected: 'ValidationException',
    except: { ministack: { expected: {}, aws: 'a path is in one clause only' } },
  },
  {
    name: 'UpdateItem refuses a sum of a number and a text',
    run: (world) =>
      updated(world, { a: 'x' }, { UpdateExpression: 'SET a = a + :v', ExpressionAttributeValues: { ':v': 1 } }),
    expected: 'ValidationException',
    except: { ministack: { expected: { a: 'x' }, aws: 'operands of + are numbers' } },
  },
  {
    name: 'UpdateItem refuses a reserved word',
    run: (world) => updated(world, {}, { UpdateExpression: 'SET status = :v', ExpressionAttributeValues: { ':v': 1 } }),
    expected: 'ValidationException',
  },
  {
    name: 'UpdateItem refuses a value that nothing uses',
    run: (world) =>
      updated(world, {}, { UpdateExpression: 'SET a = :v', ExpressionAttributeValues: { ':v': 1, ':w': 2 } }),
    expected: 'ValidationException',
  },
  {
    name: 'UpdateItem refuses a value that is not given',
    run: (world) =>
      updated(world, {}, { UpdateExpression: 'SET a = :v, b = :w', ExpressionAttributeValues: { ':v': 1 } }),
    expected: 'ValidationException',
  },
  {
    name: 'UpdateItem returns the item before or after',
    run: async (world) => {
      const Key = { pk: world.partition(), sk: 'a' };
      const send = async (ReturnValues: 'ALL_NEW' | 'UPDATED_OLD') => {
        const command = {
          TableName: world.table,
          Key,
          UpdateExpression: 'ADD n :v',
          ExpressionAttributeValues: { ':v': 1 },
          ReturnValues,
        };
        return (await world.documents.send(new UpdateCommand(command))).Attributes;
      };
      return [(await send('ALL_NEW'))?.n, await send('UPDATED_OLD'), (await world.get(Key.pk))?.n];
    },
    expected: [1, { n: 1 }, 2],
  },
  {
    name: 'PutItem refuses an empty text under the key of an index',
    run: (world) => refusal(world.put({ pk: world.partition(), sk: 'a', onKeyArn: '', id: 'x' })),
    expected: 'ValidationException',
  },
  {
    name: 'PutItem refuses a number under the key of an index that is for text',
    run: (world) => refusal(world.put({ pk: world.partition(), sk: 'a', onKeyArn: 7, id: 'x' })),
    expected: 'ValidationException',
  },
  {
    name: 'PutItem takes less than 400 KB and refuses more',
    run: async (world) => [
      await refusal(world.put({ pk: world.partition(), sk: 'a', text: 'x'.repeat(400_000) })),
      await refusal(world.put({ pk: world.partition(), sk: 'a', text: 'é'.repeat(210_000) })),
    ],
    expected: ['accepted', 'ValidationException'],
  },
  {
    name: 'PutItem does not find a missing table',
    run: ({ documents }) =>
      refusal(documents.send(new PutCommand({ TableName: 'nowhere', Item: { pk: 'a', sk: 'a' } }))),
    expected: 'ResourceNotFoundException',
  },
];

export const writes: Contract<DynamoDbWorld> = { service: 'DynamoDB', cases };
