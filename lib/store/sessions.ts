/** Reads sessions and sign-in codes. Expired rows may still exist: DynamoDB deletes them within days. */
import { teamPartition } from '#lib/model/items/address.ts';
import { sessionRow, signInCodeRow } from '#lib/model/items/sessions.ts';
import { allOf } from '#lib/model/page.ts';
import type { SessionStore } from '#lib/model/stores.ts';
import { readRange, readRow } from './table.ts';

export const sessionStore = (): SessionStore => ({
  sessionById: (teamId, id) => readRow(sessionRow(teamId, id)),
  sessionsOf: (teamId) =>
    allOf((after) => readRange({ pk: teamPartition(teamId), prefix: 'SESSION#', after, limit: 100, consistent: true })),
  signInCodeById: (teamId, id) => readRow(signInCodeRow(teamId, id)),
});
