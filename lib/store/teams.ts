/** Tokens: found by hash, listed by team. Both rows are written and removed together. */
import type { Token } from '#lib/teams/team.ts';
import type { Change } from './commit.ts';
import { type Address, allOf, readRange, readRow, teamPartition } from './table.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
}

const byHash = (hash: string): Address => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' });
const byId = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `TOKEN#${id}` });
const teamRow = (teamId: string): Address => ({ pk: teamPartition(teamId), sk: 'TEAM' });
const teamName = (name: string): Address => ({ pk: `TEAMNAME#${name}`, sk: 'TEAM' });

export const teamStore = () => ({
  tokenByHash: (hash: string) => readRow<Token & Address>(byHash(hash)),
  tokenById: (teamId: string, id: string) => readRow<Token & Address>(byId(teamId, id)),
  tokensOf: (teamId: string) =>
    allOf((after) => readRange<Token & Address>({ pk: teamPartition(teamId), prefix: 'TOKEN#', after, limit: 100, consistent: true })),
  teamById: (teamId: string) => readRow<Team & Address>(teamRow(teamId)),
  teamNamed: (name: string) => readRow<Team & Address>(teamName(name)),
});

export const tokenCreated = (token: Token): Change[] => [
  { kind: 'create', row: { ...byHash(token.hash), ...token } },
  { kind: 'create', row: { ...byId(token.teamId, token.id), ...token } },
];

export const tokenRemoved = (token: Token): Change[] => [
  { kind: 'remove', row: byHash(token.hash) },
  { kind: 'remove', row: byId(token.teamId, token.id) },
];

export const teamCreated = (team: Team): Change[] => [
  { kind: 'create', row: { ...teamRow(team.id), ...team } },
  { kind: 'create', row: { ...teamName(team.name), ...team } },
];
