/** Tokens: found by hash, listed by team. Both rows are written and removed together. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Problem } from '#lib/model/problem.ts';
import type { Token } from '#lib/model/team.ts';
import type { Change } from './commit.ts';
import { chunks } from './databases.ts';
import { translated } from './errors.ts';
import { counted } from './quotas.ts';
import { type Address, allOf, documents, readRange, readRow, readRows, tableName, teamPartition } from './table.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
}

const byHash = (hash: string): Address => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' });
const byId = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `TOKEN#${id}` });
const ofTeam = (teamId: string) => ({ pk: teamPartition(teamId), prefix: 'TOKEN#' });
const teamRow = (teamId: string): Address => ({ pk: teamPartition(teamId), sk: 'TEAM' });
const teamName = (name: string): Address => ({ pk: `TEAMNAME#${name}`, sk: 'TEAM' });

export const teamStore = () => ({
  tokenByHash: (hash: string) => readRow<Token & Address>(byHash(hash)),
  tokensByHash: (hashes: readonly string[]) => readRows<Token>(hashes.map(byHash)),
  tokenById: (teamId: string, id: string) => readRow<Token & Address>(byId(teamId, id)),
  /** With when they were last used, which is noted where they are found. */
  tokensOf: async (teamId: string): Promise<Token[]> => {
    const tokens = await allOf((after) =>
      readRange<Token & Address>({ ...ofTeam(teamId), after, limit: 100, consistent: true }),
    );
    const found = await Promise.all(
      chunks(tokens, 100).map((some) => readRows<Token>(some.map(({ hash }) => byHash(hash)))),
    );
    const used = new Map(found.flat().map(({ id, lastUsedAt }) => [id, lastUsedAt ?? null]));
    return tokens.map((token) => ({ ...token, lastUsedAt: used.get(token.id) ?? null }));
  },
  /** One that was revoked meanwhile does not come back by it. */
  tokenUsed: async (hash: string, at: Date): Promise<void> => {
    const { pk, sk } = byHash(hash);
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
  teamNamed: (name: string) => readRow<Team & Address>(teamName(name)),
});

export const tokenCreated = (token: Token): Change[] => [
  { kind: 'create', row: { ...byHash(token.hash), ...token } },
  { kind: 'create', row: { ...byId(token.teamId, token.id), ...token } },
  counted(token.teamId, 'tokens', 1),
];

/** Asserts, without a change, that the token is not revoked. Fails with `unauthenticated`. */
export const tokenExpected = ({ id, hash }: Token): Change => ({
  kind: 'expect',
  address: byHash(hash),
  attribute: 'id',
  value: id,
  otherwise: new Problem('unauthenticated', 'This token was revoked a moment ago.'),
});

/** Disables a token but keeps it in the list, so that an interrupted revocation can be repeated. */
export const tokenDisabled = ({ hash }: Token): Change => ({ kind: 'remove', row: byHash(hash) });

export const tokenRemoved = (token: Token): Change[] => [
  { kind: 'remove', row: byHash(token.hash) },
  { kind: 'remove', row: byId(token.teamId, token.id), present: true },
  counted(token.teamId, 'tokens', -1),
];

export const teamCreated = (team: Team): Change[] => [
  { kind: 'create', row: { ...teamRow(team.id), ...team } },
  { kind: 'create', row: { ...teamName(team.name), ...team } },
];
