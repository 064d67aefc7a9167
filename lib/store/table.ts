/**
 * Reads rows of the table. Rows of a team share the partition `TEAM#<team>`, so that a read cannot reach another
 * team's.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { roleCredentials } from '#lib/aws/credentials.ts';
import { tableConfig } from '#lib/config.ts';
import type { Address } from '#lib/model/items/address.ts';
import { canExist } from '#lib/model/items/row-key.ts';
import type { KeyUse } from '#lib/model/key.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import { translated } from './errors.ts';

const keyArnIndex = 'byKeyArn';

/** A client of DynamoDB, or the table of a simulation. */
export type Documents = Pick<DynamoDBDocumentClient, 'send'>;

/** What a store reads and writes. */
export interface Table {
  readonly name: string;
  readonly documents: Documents;
}

let client: Documents | undefined;

/** The deployment's table. The settings are read, and the client is created, at the first request. */
export const deployedTable: Table = {
  get name() {
    return tableConfig().TABLE_NAME;
  },
  get documents() {
    client ??= DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4, ...roleCredentials() }), {
      marshallOptions: { removeUndefinedValues: true },
    });
    return client;
  },
};

/** A strongly consistent read of a row; null if it does not exist, and for an invalid key. */
export async function readRow<T>({ documents, name }: Table, { pk, sk }: Address): Promise<T | null> {
  if (!canExist({ pk, sk })) return null;
  const { Item } = await translated(
    documents.send(new GetCommand({ TableName: name, Key: { pk, sk }, ConsistentRead: true })),
  );
  return (Item as T | undefined) ?? null;
}

/** BatchGetItem, API reference. */
const mostAtOnce = 100;

/** Strongly consistent reads of several rows, in no particular order. Missing rows are omitted. */
export async function readRows<T>(table: Table, addresses: readonly Address[]): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < addresses.length; start += mostAtOnce)
    found.push(...(await batchRead<T>(table, addresses.slice(start, start + mostAtOnce))));
  return found;
}

async function batchRead<T>({ documents, name }: Table, addresses: readonly Address[]): Promise<T[]> {
  const found: T[] = [];
  let keys: Record<string, unknown>[] = addresses.filter(canExist).map(({ pk, sk }) => ({ pk, sk }));
  while (keys.length > 0) {
    const response = await translated(
      documents.send(new BatchGetCommand({ RequestItems: { [name]: { Keys: keys, ConsistentRead: true } } })),
    );
    found.push(...((response.Responses?.[name] ?? []) as T[]));
    keys = response.UnprocessedKeys?.[name]?.Keys ?? [];
  }
  return found;
}

export interface Range {
  readonly pk: string;
  /** Only sort keys that start with it. */
  readonly prefix: string;
  /** Only sort keys after this one, which is the cursor of the previous page. */
  readonly after?: string | null | undefined;
  readonly limit: number;
  readonly newestFirst?: boolean;
  readonly consistent?: boolean;
}

/** One page of a partition's rows in the order of their sort keys; the cursor is the last sort key. */
export async function readRange<T>(table: Table, range: Range): Promise<Page<T>> {
  const { pk, prefix, after, limit, newestFirst = false, consistent = false } = range;
  const page = await query<T & Address>(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ...(after ? { ExclusiveStartKey: { pk, sk: after } } : {}),
    Limit: limit,
    ScanIndexForward: !newestFirst,
    ConsistentRead: consistent,
  });
  return { items: page.items, cursor: page.more ? (page.items.at(-1)?.sk ?? null) : null };
}

/**
 * One page of the team's rows on a key, oldest first, from an eventually consistent index. A page may be short or empty
 * without being the last.
 */
export async function readOnKey<T extends { readonly id: string; readonly teamId: string }>(
  table: Table,
  { teamId, keyArn }: KeyUse,
  { after, limit }: ListQuery,
): Promise<Page<T>> {
  const { items, more } = await query<T>(table, {
    IndexName: keyArnIndex,
    KeyConditionExpression: after ? 'onKeyArn = :arn AND id > :after' : 'onKeyArn = :arn',
    ExpressionAttributeValues: { ':arn': keyArn, ...(after ? { ':after': after } : {}) },
    Limit: limit,
  });
  return { items: items.filter((each) => each.teamId === teamId), cursor: more ? (items.at(-1)?.id ?? null) : null };
}

/** The newest rows on a key, apart from other teams'; eventually consistent. */
export async function readNewestOnKey<T extends { readonly teamId: string }>(
  table: Table,
  { teamId, keyArn }: KeyUse,
  limit: number,
): Promise<T[]> {
  const { items } = await query<T>(table, {
    IndexName: keyArnIndex,
    KeyConditionExpression: 'onKeyArn = :arn',
    ExpressionAttributeValues: { ':arn': keyArn },
    ScanIndexForward: false,
    Limit: limit,
  });
  return items.filter((each) => each.teamId === teamId);
}

async function query<T>(
  { documents, name }: Table,
  input: Omit<QueryCommandInput, 'TableName'>,
): Promise<{ items: T[]; more: boolean }> {
  const { Items = [], LastEvaluatedKey } = await translated(
    documents.send(new QueryCommand({ TableName: name, ...input })),
  );
  return { items: Items as T[], more: LastEvaluatedKey !== undefined };
}
