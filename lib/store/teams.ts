/** Tokens: found by hash, listed by team. Both rows are written and removed together. */

import { teamPartition } from '#lib/model/items/address.ts';
import { teamNameRow, teamRow, tokenHashRow, tokenRow } from '#lib/model/items/teams.ts';
import { allOf } from '#lib/model/page.ts';
import type { TeamStore } from '#lib/model/stores.ts';
import type { Token } from '#lib/model/team.ts';
import { deployedTable, readRange, readRow, readRows, type Table } from './table.ts';
import { updateItem } from './writes.ts';

const ofTeam = (teamId: string) => ({ pk: teamPartition(teamId), prefix: 'TOKEN#', consistent: true });

export const teamStore = (table: Table = deployedTable): TeamStore => ({
  tokenByHash: (hash) => readRow(table, tokenHashRow(hash)),
  tokensByHash: (hashes) => readRows(table, hashes.map(tokenHashRow)),
  tokenById: (teamId, id) => readRow(table, tokenRow(teamId, id)),
  tokensOf: (teamId) => allOf((after) => readRange(table, { ...ofTeam(teamId), after, limit: 100 })),
  listTokens: async (teamId, query) => {
    const { items, cursor } = await readRange<Token>(table, { ...query, ...ofTeam(teamId) });
    // The time of the last use is stored on the row by hash.
    const byHash = await readRows<Token>(
      table,
      items.map(({ hash }) => tokenHashRow(hash)),
    );
    const used = new Map(byHash.map(({ id, lastUsedAt }) => [id, lastUsedAt ?? null]));
    return { items: items.map((token) => ({ ...token, lastUsedAt: used.get(token.id) ?? null })), cursor };
  },
  tokenUsed: async (hash, at) => {
    const { pk, sk } = tokenHashRow(hash);
    await updateItem(table, {
      Key: { pk, sk },
      UpdateExpression: 'SET lastUsedAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at.toISOString() },
    });
  },
  teamById: (teamId) => readRow(table, teamRow(teamId)),
  teamNamed: (name) => readRow(table, teamNameRow(name)),
});
