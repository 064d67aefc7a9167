/** Tokens: found by hash, listed by team. Both rows are written and removed together. */

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { chunks } from '#lib/model/chunks.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { teamNameRow, teamRow, tokenHashRow, tokenRow } from '#lib/model/items/teams.ts';
import { allOf } from '#lib/model/page.ts';
import type { TeamStore } from '#lib/model/stores.ts';
import type { Team, Token } from '#lib/model/team.ts';
import { translated } from './errors.ts';
import { documents, readRange, readRow, readRows, tableName } from './table.ts';

const ofTeam = (teamId: string) => ({ pk: teamPartition(teamId), prefix: 'TOKEN#' });
export const teamStore = (): TeamStore => ({
  tokenByHash: (hash: string) => readRow<Token & Address>(tokenHashRow(hash)),
  tokensByHash: (hashes: readonly string[]) => readRows<Token>(hashes.map(tokenHashRow)),
  tokenById: (teamId: string, id: string) => readRow<Token & Address>(tokenRow(teamId, id)),
  /** With the time of their last use, which is stored on the row by hash. */
  tokensOf: async (teamId: string): Promise<Token[]> => {
    const tokens = await allOf((after) =>
      readRange<Token & Address>({ ...ofTeam(teamId), after, limit: 100, consistent: true }),
    );
    const found = await Promise.all(
      chunks(tokens, 100).map((some) => readRows<Token>(some.map(({ hash }) => tokenHashRow(hash)))),
    );
    const used = new Map(found.flat().map(({ id, lastUsedAt }) => [id, lastUsedAt ?? null]));
    return tokens.map((token) => ({ ...token, lastUsedAt: used.get(token.id) ?? null }));
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
