/**
 * A process to kill: writes transactions of three items with an index entry each, many at a time, and prints each one's
 * number when it is acknowledged. The folder is its argument.
 */
import { setTimeout } from 'node:timers/promises';
import { createDynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { callerOf, platformAccount } from '../../test-support/accounts.ts';

const dynamoDb = await createDynamoDb({ dir: String(process.argv[2]) });
const call = (operation: string, input: Record<string, unknown>) =>
  dynamoDb.call({ operation, input, caller: callerOf(platformAccount), region: 'us-east-1', requestId: 'test' });

await call('CreateTable', {
  TableName: 'written',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: ['pk', 'part'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byPart',
      // Distinct index keys: dynalite keeps one of two items with the same index key if 24 bits of a hash are equal.
      KeySchema: [
        { AttributeName: 'part', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
}).catch((error: unknown) => {
  if ((error as { code?: string }).code !== 'ResourceInUseException') throw error;
});

const item = (pk: string, part: string) => ({
  Put: {
    TableName: 'written',
    Item: { pk: { S: pk }, part: { S: part } },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
let number = Date.now() * 1000;
const work = async () => {
  for (;;) {
    const id = String(number++);
    await call('TransactWriteItems', { TransactItems: ['a', 'b', 'c'].map((part) => item(`${id}-${part}`, part)) });
    process.stdout.write(`${id}\n`);
  }
};
const isReady = () =>
  call('PutItem', { TableName: 'written', Item: { pk: { S: 'ready' } } }).then(
    () => true,
    () => false,
  );
while (!(await isReady())) await setTimeout(1);
await Promise.all(Array.from({ length: 8 }, work));
