/** Databases: by id or name in their team, and by key ARN through the index, in the order of their ids. */

import { chunks } from '#lib/model/chunks.ts';
import type { Database } from '#lib/model/database.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { databaseNameRow, databaseRow } from '#lib/model/items/databases.ts';
import type { DatabaseStore } from '#lib/model/stores.ts';
import { idBehind } from './apps.ts';
import { deployedTable, readOnKey, readRange, readRow, readRows, type Table } from './table.ts';

export const databaseStore = (table: Table = deployedTable): DatabaseStore => ({
  databaseById: (teamId, id) => readRow(table, databaseRow(teamId, id)),
  findDatabase: async (teamId, nameOrId) => {
    const id = await idBehind(table)(nameOrId, 'db', databaseNameRow(teamId, nameOrId));
    const database = id ? await readRow<Database>(table, databaseRow(teamId, id)) : null;
    return database?.drillId ? null : database;
  },
  databasesById: (teamId, ids) =>
    readRows(
      table,
      ids.map((id) => databaseRow(teamId, id)),
    ),
  listDatabases: async (teamId, query) => {
    const page = await readRange<Database & Address>(table, { ...query, pk: teamPartition(teamId), prefix: 'DB#' });
    return { ...page, items: page.items.filter(({ drillId }) => !drillId) };
  },
  databasesOnKey: (use, query) => readOnKey(table, use, query),
  /** Reads the table itself, since the index may lag. */
  batchOnKey: async (use, { after, upTo }) => {
    const found: Database[] = [];
    let from = after;
    for (;;) {
      const page = await readOnKey<Database>(table, use, { after: from, limit: 50 });
      found.push(...page.items.filter(({ id }) => upTo === null || id <= upTo));
      if (!page.cursor || (upTo !== null && page.cursor >= upTo)) break;
      from = page.cursor;
    }
    const fresh = await Promise.all(
      chunks(found, 100).map((chunk) =>
        readRows<Database>(
          table,
          chunk.map(({ teamId, id }) => databaseRow(teamId, id)),
        ),
      ),
    );
    return fresh.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  },
});
