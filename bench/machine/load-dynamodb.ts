/** Writes and reads items of a kilobyte over many concurrent connections. */
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { bareCalls } from './bare-calls.ts';
import { perSecond } from './pace.ts';
import { clientSettings } from './services.ts';

/** ministack takes 0.16 s for an execution, mostly waiting, so few connections would leave it idle. */
export const connections = 64;

const TableName = 'bench';
const text = 'x'.repeat(1000);
const pk = { AttributeName: 'pk' } as const;

export async function makeTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient(clientSettings(endpoint));
  const AttributeDefinitions = [{ ...pk, AttributeType: 'S' as const }];
  const KeySchema = [{ ...pk, KeyType: 'HASH' as const }];
  await client.send(
    new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
  client.destroy();
}

export async function itemsPerSecond(endpoint: string, seconds: number): Promise<number> {
  const dynamodb = bareCalls(endpoint, { name: 'dynamodb', targets: 'DynamoDB_20120810' });
  let number = 0;
  const once = async () => {
    number += 1;
    const key = { pk: { S: `item-${number % 5000}` } };
    await dynamodb.call('PutItem', { TableName, Item: { ...key, text: { S: text }, number: { N: String(number) } } });
    const { Item } = await dynamodb.call('GetItem', { TableName, Key: key, ConsistentRead: true });
    if (!Item) throw new Error('An item that was written is not there.');
    return 2;
  };
  try {
    return await perSecond(once, { seconds, atOnce: connections });
  } finally {
    dynamodb.close();
  }
}
