/** Creates tokens. Only the operator creates a team with its first token. */

import type { Actor } from '#lib/model/entry.ts';
import { teamCreated, tokenCreated, tokenExpected } from '#lib/model/items/teams.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { newSecret, type Scope, secretHash, type Team, type Token } from '#lib/model/team.ts';
import { childOf } from './lineage.ts';
import { mailDomainsOfNew } from './mail-domains.ts';

export type CreateTokenDeps = Needs<'teamNamed' | 'tokenById' | 'commit' | 'newId' | 'now'>;

export interface TokenRequest {
  readonly teamId: string;
  /** The caller's token, and whether it is an operator's. */
  readonly makerId: string;
  readonly operator: boolean;
  readonly actor: Actor;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The email address of the holder. */
  readonly email?: string | undefined;
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
  /** Only an operator's token may name another team, which is created if it does not exist. */
  readonly team?: string | undefined;
}

/**
 * The token and its secret, which is never shown again. It ends with the token that creates it, unless an operator
 * creates it for another team. Throws `forbidden` for wider scopes than the creating token has, `invalid_request` for
 * an expiry in the past or after that token's, and `unauthenticated` if that token is revoked concurrently.
 */
export const createToken =
  (deps: CreateTokenDeps) =>
  async (request: TokenRequest): Promise<{ token: Token; secret: string }> => {
    const { teamId, operator, actor, name, scopes, email, expiresAt, team: teamName } = request;
    if (teamName !== undefined && !operator) {
      throw new Problem(
        'forbidden',
        'Only the operator creates tokens for other teams. Omit `team` to create a token of your team.',
      );
    }
    const maker = await deps.tokenById(teamId, request.makerId);
    if (!maker) throw new Problem('unauthenticated', 'This token was revoked concurrently.');
    const until = expiryOf(expiresAt, deps.now());
    const issue = { ...(await teamFor(deps, teamId, teamName)), name, scopes, operator: false, actor, maker };
    if (issue.team.id !== teamId) return issueToken(deps, { ...issue, email, expiresAt: until });
    return issueToken(deps, { ...issue, ...childOf(maker, { scopes, email, expiresAt: until }) });
  };

async function teamFor({ teamNamed, newId }: CreateTokenDeps, own: string, name: string | undefined) {
  if (name === undefined) return { team: { id: own, name: '' }, isNew: false };
  const known = await teamNamed(name);
  return { team: known ?? { id: newId('team'), name }, isNew: !known };
}

function expiryOf(requested: string | undefined, at: Date): string | null {
  if (requested === undefined) return null;
  const until = new Date(requested).toISOString();
  if (until > at.toISOString()) return until;
  throw invalidValue(
    '/expiresAt',
    '`expiresAt` is in the past. Give a time in the future, or omit it.',
    'Is in the past',
  );
}

export interface Issue extends Pick<Token, 'parentId' | 'ancestors'> {
  readonly team: Team;
  readonly isNew: boolean;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly email?: string | null | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly operator: boolean;
  readonly actor: Actor;
  /** The token that creates it, which must not be revoked by then; null or not set: no token creates it. */
  readonly maker?: Token | null;
}

export async function issueToken(
  { commit, newId, now }: Pick<CreateTokenDeps, 'commit' | 'newId' | 'now'>,
  issue: Issue,
): Promise<{ token: Token; secret: string }> {
  const {
    team,
    isNew,
    name,
    scopes,
    email,
    expiresAt,
    operator,
    actor,
    maker,
    parentId = null,
    ancestors = [],
  } = issue;
  const at = now();
  const secret = newSecret();
  const token: Token = {
    ...{ id: newId('tok'), teamId: team.id, name, scopes, operator, parentId, ancestors },
    email: email ?? null,
    createdAt: at.toISOString(),
    expiresAt: expiresAt ?? null,
    hash: secretHash(secret),
  };
  await commit({
    teamId: team.id,
    at,
    changes: [
      ...(isNew ? [...teamCreated(team), ...mailDomainsOfNew(team.id, email)] : []),
      ...tokenCreated(token),
      ...(maker ? [tokenExpected(maker)] : []),
    ],
    entries: [
      ...(isNew ? [{ type: 'TeamCreated' as const, actor, subject: {}, data: { name: team.name } }] : []),
      { type: 'TokenCreated', actor, subject: { tokenId: token.id }, data: { name, scopes: [...scopes] } },
    ],
  });
  return { token, secret };
}
