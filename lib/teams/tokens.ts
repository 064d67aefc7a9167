/** Making and revoking tokens; making a team with its first token is the operator's. */
import type { Clock } from '#lib/clock.ts';
import type { NewId } from '#lib/ids.ts';
import type { Record } from '#lib/outbox/record.ts';
import { notFound, Problem } from '#lib/problem.ts';
import { type Team, teamCreated, tokenCreated, tokenRemoved } from '#lib/store/teams.ts';
import type { Actor } from '#lib/timeline/entry.ts';
import { newSecret, type Scope, secretHash, type Token } from './team.ts';

export interface CreateTokenDeps {
  readonly teamNamed: (name: string) => Promise<Team | null>;
  readonly record: Record;
  readonly newId: NewId;
  readonly now: Clock;
}

export interface TokenRequest {
  readonly teamId: string;
  /** Whether the caller's token is an operator's. */
  readonly operator: boolean;
  readonly actor: Actor;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Of whoever holds it. */
  readonly email?: string | undefined;
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
  /** Only an operator's token may name another team; one that doesn't exist yet is made. */
  readonly team?: string | undefined;
}

/** The token and its secret, which is never shown again. Throws `forbidden`, `invalid_request` for an expiry that is past. */
export const createToken =
  (deps: CreateTokenDeps) =>
  async ({
    teamId,
    operator,
    actor,
    name,
    scopes,
    email,
    expiresAt,
    team: teamName,
  }: TokenRequest): Promise<{ token: Token; secret: string }> => {
    if (teamName !== undefined && !operator) {
      throw new Problem('forbidden', 'Only the operator makes tokens for another team. Leave out `team` to make one for yours.');
    }
    const until = expiryOf(expiresAt, deps.now());
    const known = teamName === undefined ? { id: teamId, name: '' } : await deps.teamNamed(teamName);
    const team = known ?? { id: deps.newId('team'), name: teamName ?? '' };
    return issueToken(deps, { team, isNew: !known, name, scopes, email, expiresAt: until, operator: false, actor });
  };

function expiryOf(asked: string | undefined, at: Date): string | null {
  if (asked === undefined) return null;
  const until = new Date(asked).toISOString();
  if (until > at.toISOString()) return until;
  throw new Problem('invalid_request', 'A token that has expired already opens nothing. Give an `expiresAt` that is to come, or none.', {
    errors: [{ pointer: '/expiresAt', detail: 'Is past' }],
  });
}

export interface Issue {
  readonly team: Team;
  readonly isNew: boolean;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly email?: string | undefined;
  readonly expiresAt?: string | null;
  readonly operator: boolean;
  readonly actor: Actor;
}

export async function issueToken(
  { record, newId, now }: Pick<CreateTokenDeps, 'record' | 'newId' | 'now'>,
  { team, isNew, name, scopes, email, expiresAt = null, operator, actor }: Issue,
): Promise<{ token: Token; secret: string }> {
  const at = now();
  const secret = newSecret();
  const token: Token = {
    ...{ id: newId('tok'), teamId: team.id, name, scopes, operator },
    email: email ?? null,
    createdAt: at.toISOString(),
    expiresAt,
    hash: secretHash(secret),
  };
  await record({
    teamId: team.id,
    at,
    changes: [...(isNew ? teamCreated(team) : []), ...tokenCreated(token)],
    entries: [
      ...(isNew ? [{ type: 'TeamCreated' as const, actor, subject: {}, data: { name: team.name } }] : []),
      { type: 'TokenCreated', actor, subject: { tokenId: token.id }, data: { name, scopes: [...scopes] } },
    ],
  });
  return { token, secret };
}

/** From then on the token opens nothing. Throws `not_found`. */
export const revokeToken =
  ({ tokenById, record, now }: { tokenById: (teamId: string, id: string) => Promise<Token | null>; record: Record; now: Clock }) =>
  async ({ teamId, token: id, actor }: { teamId: string; token: string; actor: Actor }): Promise<void> => {
    const token = await tokenById(teamId, id);
    if (!token) throw notFound('token', id);
    const entry = { type: 'TokenRevoked' as const, actor, subject: { tokenId: id }, data: { name: token.name } };
    await record({ teamId, at: now(), changes: tokenRemoved(token), entries: [entry] });
  };
