/** A DynamoDB on a temporary folder with the SDK's clients in front of it, and a table with an index to work on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  TransactionCanceledException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { accessKey, platformAccount, region } from '../../test-support/accounts.ts';
import { serve } from './json-service.ts';

export type World = Awaited<ReturnType<typeof aWorld>>;

const tableShape = {
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
  AttributeDefinitions: ['pk', 'sk', 'keyArn'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byKeyArn',
      KeySchema: [
        { AttributeName: 'keyArn', KeyType: 'HASH' as const },
        { AttributeName: 'sk', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'ALL' as const },
    },
  ],
};

export async function aWorld() {
  const dir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
  let now = new Date('2026-03-01T12:00:00Z');
  let tables = 0;
  const open = async () => {
    const emulator = await createDynamoDb({ dir, now: () => now, sweepEvery: 20 });
    const service = await serve(emulator);
    const clientOf = (accountId: string) =>
      new DynamoDBClient({
        endpoint: service.url,
        region,
        maxAttempts: 1,
        credentials: { accessKeyId: accessKey(accountId), secretAccessKey: 'x' },
      });
    const client = clientOf(platformAccount);
    const documents = DynamoDBDocumentClient.from(client);
    const close = async () => {
      client.destroy();
      await service.close();
      await emulator.close();
    };
    return { client, clientOf, documents, close };
  };
  const world = {
    ...(await open()),
    now: () => now,
    passMinutes(minutes: number) {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    async restart() {
      await world.close();
      Object.assign(world, await open());
    },
    async end() {
      await world.close();
      await rm(dir, { recursive: true });
    },
    /** Answers the new table's name. */
    async aTable() {
      tables += 1;
      const TableName = `table-${tables}`;
      await world.client.send(new CreateTableCommand({ TableName, ...tableShape }));
      await waitUntilTableExists({ client: world.client, maxWaitTime: 5, minDelay: 1 }, { TableName });
      return TableName;
    },
    put: (table: string, Item: Record<string, unknown>) =>
      world.documents.send(new PutCommand({ TableName: table, Item })),
    get: async (table: string, pk: string) =>
      (await world.documents.send(new GetCommand({ TableName: table, Key: { pk, sk: 'a' }, ConsistentRead: true })))
        .Item,
    byKeyArn: async (table: string, keyArn: string) => {
      const query = {
        IndexName: 'byKeyArn',
        KeyConditionExpression: 'keyArn = :k',
        ExpressionAttributeValues: { ':k': keyArn },
      };
      return (await world.documents.send(new QueryCommand({ TableName: table, ...query }))).Items;
    },
  };
  return world;
}

/** The cancellation that a transaction ends in. Throws when it ends otherwise. */
export async function cancellation(sent: Promise<unknown>): Promise<TransactionCanceledException> {
  const error = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TransactionCanceledException)) throw new Error(`Not cancelled: ${error}`);
  return error;
}
