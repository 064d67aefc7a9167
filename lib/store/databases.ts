/** Databases: by id or name in their team, and by key ARN through the index, in the order of their ids. */

import { chunks } from '#lib/model/chunks.ts';
import type { Batch, Database } from '#lib/model/database.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { databaseNameRow, databaseRow } from '#lib/model/items/databases.ts';
import type { KeyUse } from '#lib/model/key.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { DatabaseStore } from '#lib/model/stores.ts';
import { idBehind } from './apps.ts';
import { keyArnIndex, query, readRange, readRow, readRows } from './table.ts';

export const databaseStore = (): DatabaseStore => ({
  databaseById: (teamId: string, id: string) => readRow<Database>(databaseRow(teamId, id)),
  findDatabase: async (teamId: string, nameOrId: string): Promise<Database | null> => {
    const id = await idBehind(nameOrId, 'db', databaseNameRow(teamId, nameOrId));
    return id ? readRow<Database>(databaseRow(teamId, id)) : null;
  },
  databasesById: (teamId: string, ids: readonly string[]) =>
    readRows<Database>(ids.map((id) => databaseRow(teamId, id))),
  listDatabases: (teamId: string, { after, limit }: ListQuery): Promise<Page<Database & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'DB#', after, limit }),
  databasesOnKey,
  /** Up to 50 databases, read from the table itself: the index may lag. */
  batchOnKey: async (use: KeyUse, { after, upTo }: Batch): Promise<Database[]> => {
    const found: Database[] = [];
    let from = after;
    for (;;) {
      const page = await databasesOnKey(use, { after: from, limit: 50 });
      found.push(...page.items.filter(({ id }) => upTo === null || id <= upTo));
      if (!page.cursor || (upTo !== null && page.cursor >= upTo)) break;
      from = page.cursor;
    }
    const fresh = await Promise.all(
      chunks(found, 100).map((chunk) => readRows<Database>(chunk.map(({ teamId, id }) => databaseRow(teamId, id)))),
    );
    return fresh.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  },
});
/** Filters by team, so that a page may be short or empty without being the last. */
async function databasesOnKey({ teamId, keyArn }: KeyUse, { after, limit }: ListQuery): Promise<Page<Database>> {
  const { items, more } = await query<Database>({
    IndexName: keyArnIndex,
    KeyConditionExpression: after ? 'onKeyArn = :arn AND id > :after' : 'onKeyArn = :arn',
    ExpressionAttributeValues: { ':arn': keyArn, ...(after ? { ':after': after } : {}) },
    Limit: limit,
  });
  return { items: items.filter((each) => each.teamId === teamId), cursor: more ? (items.at(-1)?.id ?? null) : null };
}
