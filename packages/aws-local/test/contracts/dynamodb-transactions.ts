/**
 * Transactions.
 * Source: DynamoDB guide, "Managing complex workflows with DynamoDB transactions"; API reference, TransactWriteItems.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';
import type { DynamoDbWorld, Item } from './dynamodb-world.ts';

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

const transact = ({ documents }: DynamoDbWorld, TransactItems: Actions, ClientRequestToken?: string) =>
  documents.send(new TransactWriteCommand({ TransactItems, ...(ClientRequestToken ? { ClientRequestToken } : {}) }));

const put = ({ table: TableName }: DynamoDbWorld, item: Item, condition = {}) => ({
  Put: { TableName, Item: item, ...condition },
});
const increment = ({ table: TableName }: DynamoDbWorld, pk: string) => ({
  Update: { TableName, Key: { pk, sk: 'a' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } },
});
const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };

/** Of a cancelled transaction each action's reason. */
async function reasons(sent: Promise<unknown>): Promise<unknown> {
  const error = await sent.catch((thrown: unknown) => thrown);
  if (!(error instanceof TransactionCanceledException)) throw new Error(`Not cancelled: ${error}`);
  return error.CancellationReasons?.map(({ Code, Message, Item }) => ({
    Code,
    ...(Message ? { Message } : {}),
    ...(Item ? { Item } : {}),
  }));
}

const cases: readonly Case<DynamoDbWorld>[] = [
  {
    name: 'TransactWriteItems does all of its actions',
    run: async (world) => {
      const [pk, deleted, checked] = [world.partition(), world.partition(), world.partition()];
      for (const each of [deleted, checked]) await world.put({ pk: each, sk: 'a' });
      const Key = (of: string) => ({ TableName: world.table, Key: { pk: of, sk: 'a' } });
      await transact(world, [
        put(world, { pk, sk: 'a', made: true }),
        { Delete: Key(deleted) },
        { ConditionCheck: { ...Key(checked), ConditionExpression: 'attribute_exists(pk)' } },
        increment(world, `${pk}2`),
      ]);
      return [(await world.get(pk))?.made, await world.get(deleted), (await world.get(`${pk}2`))?.n];
    },
    expected: [true, undefined, 1],
  },
  {
    name: 'TransactWriteItems has no effect if one condition fails, and names it',
    run: async (world) => {
      const [there, other] = [world.partition(), world.partition()];
      await world.put({ pk: there, sk: 'a' });
      const cancelled = await reasons(
        transact(world, [increment(world, other), put(world, { pk: there, sk: 'a' }, isNew)]),
      );
      return [cancelled, await world.get(other)];
    },
    expected: [
      [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }],
      undefined,
    ],
  },
  {
    name: 'TransactWriteItems names every failed condition, with the item on request',
    run: async (world) => {
      const pks = [world.partition(), world.partition()];
      for (const pk of pks) await world.put({ pk, sk: 'a', v: 1 });
      const shown = { ...isNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      const cancelled = await reasons(
        transact(world, [put(world, { pk: pks[0], sk: 'a' }, shown), put(world, { pk: pks[1], sk: 'a' }, isNew)]),
      );
      return (cancelled as { Code: string; Item?: { v?: unknown } }[]).map(({ Code, Item: item }) => [Code, item?.v]);
    },
    expected: [
      ['ConditionalCheckFailed', { N: '1' }],
      ['ConditionalCheckFailed', undefined],
    ],
  },
  {
    name: 'TransactWriteItems says in its message what each reason is',
    run: async (world) => {
      const pk = world.partition();
      await world.put({ pk, sk: 'a' });
      const sent = transact(world, [increment(world, `${pk}2`), put(world, { pk, sk: 'a' }, isNew)]);
      return sent.catch((error: Error) => /\[[^\]]*\]/.exec(error.message)?.[0]);
    },
    expected: '[None, ConditionalCheckFailed]',
  },
  {
    name: 'TransactWriteItems does the work of one token once',
    run: async (world) => {
      const pk = world.partition();
      for (let n = 0; n < 3; n++) await transact(world, [increment(world, pk)], pk);
      return (await world.get(pk))?.n;
    },
    expected: 1,
  },
  {
    name: 'TransactWriteItems refuses other work under a token that was used',
    run: async (world) => {
      const pk = world.partition();
      await transact(world, [increment(world, pk)], pk);
      return refusal(transact(world, [increment(world, `${pk}2`)], pk));
    },
    expected: 'IdempotentParameterMismatchException',
  },
  {
    name: 'TransactWriteItems refuses two actions on one item',
    run: async (world) => {
      const pk = world.partition();
      return refusal(transact(world, [increment(world, pk), put(world, { pk, sk: 'a' })]));
    },
    expected: 'ValidationException',
  },
  {
    name: 'TransactWriteItems takes 100 actions and no more',
    run: async (world) => {
      const actions = (count: number) => Array.from({ length: count }, () => increment(world, world.partition()));
      return [await refusal(transact(world, actions(100))), await refusal(transact(world, actions(101)))];
    },
    expected: ['accepted', 'ValidationException'],
  },
  {
    name: 'TransactWriteItems refuses to do nothing',
    run: (world) => refusal(transact(world, [])),
    expected: 'ValidationException',
  },
  {
    name: 'TransactWriteItems refuses an expression that is wrong, whatever the conditions',
    run: async (world) => {
      const pk = world.partition();
      const wrong = { Update: { ...increment(world, `${pk}2`).Update, UpdateExpression: 'ADD n' } };
      return refusal(transact(world, [put(world, { pk, sk: 'a' }), wrong]));
    },
    expected: 'ValidationException',
  },
  {
    name: 'TransactWriteItems cancels where an update does not fit the item',
    run: async (world) => {
      const pk = world.partition();
      await world.put({ pk, sk: 'a', n: 'text' });
      const cancelled = await reasons(transact(world, [increment(world, pk)]));
      return (cancelled as { Code: string }[]).map(({ Code }) => Code);
    },
    expected: ['ValidationError'],
  },
  {
    name: 'TransactWriteItems leaves one winner of two that race under a condition',
    run: async (world) => {
      const pk = world.partition();
      const racing = Array.from({ length: 8 }, (_, n) =>
        refusal(transact(world, [put(world, { pk, sk: 'a', n }, isNew)])),
      );
      return (await Promise.all(racing)).filter((said) => said === 'accepted').length;
    },
    expected: 1,
  },
  {
    name: 'TransactGetItems returns items in the requested order, with gaps',
    run: async ({ documents, table: TableName, ...world }) => {
      const [there, gone] = [world.partition(), world.partition()];
      await world.put({ pk: there, sk: 'a' });
      const TransactItems = [gone, there].map((pk) => ({ Get: { TableName, Key: { pk, sk: 'a' } } }));
      const { Responses = [] } = await documents.send(new TransactGetCommand({ TransactItems }));
      return Responses.map(({ Item: item }) => item?.pk === there);
    },
    expected: [false, true],
  },
];

export const transactions: Contract<DynamoDbWorld> = { service: 'DynamoDB transactions', cases };
