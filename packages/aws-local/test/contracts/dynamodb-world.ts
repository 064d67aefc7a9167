/**
 * DynamoDB as the contracts see it: clients, and one table of this shape, filled anew by each case under a partition of
 * its own.
 */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Place } from '../../test-support/targets.ts';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];
const TableName = 'contracts';
/** As `serverless.yml` declares it: databases by the ARN of their key, in the order of their ids. */
export const index = 'byKeyArn';

export type Item = Readonly<Record<string, unknown>>;

export interface DynamoDbWorld {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly table: string;
  /** Nobody else's. */
  partition(): string;
  put(item: Item): Promise<unknown>;
  get(pk: string, sk?: string): Promise<Item | undefined>;
}

export async function connectDynamoDb({ client: settings }: Place): Promise<{ world: DynamoDbWorld; close(): void }> {
  const client = new DynamoDBClient(settings());
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'onKeyArn', 'id'].map(text),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: index, KeySchema: keys('onKeyArn', 'id'), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
  const documents = DynamoDBDocumentClient.from(client);
  const world: DynamoDbWorld = {
    client,
    documents,
    table: TableName,
    partition: randomUUID,
    put: (Item) => documents.send(new PutCommand({ TableName, Item })),
    get: async (pk, sk = 'a') =>
      (await documents.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item,
  };
  return { world, close: () => client.destroy() };
}
