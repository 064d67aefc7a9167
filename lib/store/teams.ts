/** Tokens: found by hash, listed by team. Both rows are written and removed together. */

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { teamPartition } from '#lib/model/items/address.ts';
import { teamNameRow, teamRow, tokenHashRow, tokenRow } from '#lib/model/items/teams.ts';
import { allOf } from '#lib/model/page.ts';
import type { TeamStore } from '#lib/model/stores.ts';
import type { Token } from '#lib/model/team.ts';
import { translated } from './errors.ts';
import { documents, readRange, readRow, readRows, tableName } from './table.ts';

const ofTeam = (teamId: string) => ({ pk: teamPartition(teamId), prefix: 'TOKEN#', consistent: true });

export const teamStore = (): TeamStore => ({
  tokenByHash: (hash) => readRow(tokenHashRow(hash)),
  tokensByHash: (hashes) => readRows(hashes.map(tokenHashRow)),
  tokenById: (teamId, id) => readRow(tokenRow(teamId, id)),
  tokensOf: (teamId) => allOf((after) => readRange({ ...ofTeam(teamId), after, limit: 100 })),
  listTokens: async (teamId, query) => {
    const { items, cursor } = await readRange<Token>({ ...query, ...ofTeam(teamId) });
    // The time of the last use is stored on the row by hash.
    const byHash = await readRows<Token>(items.map(({ hash }) => tokenHashRow(hash)));
    const used = new Map(byHash.map(({ id, lastUsedAt }) => [id, lastUsedAt ?? null]));
    return { items: items.map((token) => ({ ...token, lastUsedAt: used.get(token.id) ?? null })), cursor };
  },
  tokenUsed: async (hash, at) => {
    const { pk, sk } = tokenHashRow(hash);
    const update = new UpdateCommand({
      TableName: tableName(),
      Key: { pk, sk },
      UpdateExpression: 'SET lastUsedAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at.toISOString() },
    });
    await translated(documents().send(update));
  },
  teamById: (teamId) => readRow(teamRow(teamId)),
  teamNamed: (name) => readRow(teamNameRow(name)),
});
