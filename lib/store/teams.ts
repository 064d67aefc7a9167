/** Tokens: found by hash, listed by team. Both rows are written and removed together. */

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { teamNameRow, teamRow, tokenHashRow, tokenRow } from '#lib/model/items/teams.ts';
import { allOf, type ListQuery, type Page } from '#lib/model/page.ts';
import type { TeamStore } from '#lib/model/stores.ts';
import type { Team, Token } from '#lib/model/team.ts';
import { translated } from './errors.ts';
import { documents, readRange, readRow, readRows, tableName } from './table.ts';

const ofTeam = (teamId: string) => ({ pk: teamPartition(teamId), prefix: 'TOKEN#' });
export const teamStore = (): TeamStore => ({
  tokenByHash: (hash: string) => readRow<Token & Address>(tokenHashRow(hash)),
  tokensByHash: (hashes: readonly string[]) => readRows<Token>(hashes.map(tokenHashRow)),
  tokenById: (teamId: string, id: string) => readRow<Token & Address>(tokenRow(teamId, id)),
  tokensOf: (teamId: string): Promise<Token[]> =>
    allOf((after) => readRange<Token & Address>({ ...ofTeam(teamId), after, limit: 100, consistent: true })),
  listTokens: async (teamId: string, query: ListQuery): Promise<Page<Token>> => {
    const { items, cursor } = await readRange<Token & Address>({ ...ofTeam(teamId), ...query, consistent: true });
    // The time of the last use is stored on the row by hash.
    const byHash = await readRows<Token>(items.map(({ hash }) => tokenHashRow(hash)));
    const used = new Map(byHash.map(({ id, lastUsedAt }) => [id, lastUsedAt ?? null]));
    return { items: items.map((token) => ({ ...token, lastUsedAt: used.get(token.id) ?? null })), cursor };
  },
  /** Does not restore a token that was revoked concurrently. */
  tokenUsed: async (hash: string, at: Date): Promise<void> => {
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
  teamById: (teamId: string) => readRow<Team & Address>(teamRow(teamId)),
  teamNamed: (name: string) => readRow<Team & Address>(teamNameRow(name)),
});
