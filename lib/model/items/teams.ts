/** Items of teams and tokens. A token has one item by hash, for authentication, and one by id, for lists. */
import { Problem } from '#lib/model/problem.ts';
import type { Team, Token } from '#lib/model/team.ts';
import { type Address, inTeam } from './address.ts';
import { type Change, created, removed } from './change.ts';
import { counted } from './quotas.ts';

export const tokenHashRow = (hash: string): Address => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' });
export const tokenRow = (teamId: string, id: string) => inTeam(teamId, `TOKEN#${id}`);
export const teamRow = (teamId: string) => inTeam(teamId, 'TEAM');
export const teamNameRow = (name: string): Address => ({ pk: `TEAMNAME#${name}`, sk: 'TEAM' });
export const tokenCreated = (token: Token): Change[] => [
  created(tokenHashRow(token.hash), token),
  created(tokenRow(token.teamId, token.id), token),
  counted(token.teamId, 'tokens', 1),
];

/** Asserts, without a change, that the token is not revoked. Fails with `unauthenticated`. */
export const tokenExpected = ({ id, hash }: Token): Change => ({
  kind: 'expect',
  address: tokenHashRow(hash),
  attribute: 'id',
  value: id,
  otherwise: new Problem('unauthenticated', 'This token was revoked a moment ago.'),
});

/** Disables a token but keeps it in the list, so that an interrupted revocation can be repeated. */
export const tokenDisabled = ({ hash }: Token): Change => removed(tokenHashRow(hash));
export const tokenRemoved = (token: Token): Change[] => [
  removed(tokenHashRow(token.hash)),
  { kind: 'remove', row: tokenRow(token.teamId, token.id), present: true },
  counted(token.teamId, 'tokens', -1),
];

export const teamCreated = (team: Team): Change[] => [
  created(teamRow(team.id), team),
  created(teamNameRow(team.name), team),
];
