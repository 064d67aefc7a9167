/** Reads sessions and sign-in codes. Expired rows may still exist: DynamoDB deletes them within days. */
import { teamPartition } from '#lib/model/items/address.ts';
import { sessionRow, signInCodeRow } from '#lib/model/items/sessions.ts';
import { allOf } from '#lib/model/page.ts';
import type { SessionStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

export const sessionStore = (table: Table = deployedTable): SessionStore => ({
  sessionById: (teamId, id) => readRow(table, sessionRow(teamId, id)),
  sessionsOf: (teamId) =>
    allOf((after) =>
      readRange(table, { pk: teamPartition(teamId), prefix: 'SESSION#', after, limit: 100, consistent: true }),
    ),
  signInCodeById: (teamId, id) => readRow(table, signInCodeRow(teamId, id)),
});
