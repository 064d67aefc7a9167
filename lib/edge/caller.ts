/** Identifies the caller: from API Gateway's authorizer if it has cached the token, else by the token. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { log } from '#lib/log.ts';
import type { Needs } from '#lib/model/ports.ts';
import { isAccess, type Session } from '#lib/model/session.ts';
import { placeOfSecret } from '#lib/model/session-secret.ts';
import { type Caller, isExpired, type Scope, scopes, secretHash, type Token } from '#lib/model/team.ts';
import { hasTokens } from '#lib/sessions/renew.ts';

export type TokenLookup = Needs<'tokenByHash' | 'tokensByHash' | 'tokenUsed' | 'sessionById'>;

export type Schemes = 'Bearer' | 'Bearer|Basic';

/** The secret of `Bearer <secret>`, or the password of `Basic`, not verified. Null for any other value. */
export function secretIn(header: string | undefined, schemes: Schemes): string | null {
  const [, scheme = '', text = ''] = new RegExp(`^(${schemes}) (\\S+)$`, 'i').exec(header ?? '') ?? [];
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(text, 'base64').toString('utf8') : `:${text}`;
  const secret = decoded.slice(decoded.indexOf(':') + 1);
  return /^[\w.~+/-]{1,200}=*$/.test(secret) ? secret : null;
}

/**
 * Null for a token that is unknown, revoked or expired, or has such an ancestor, and for an access token whose session
 * has ended or began with such a token.
 */
export async function callerBehind(secret: string, lookup: TokenLookup, at: Date): Promise<Caller | null> {
  const location = placeOfSecret('access', secret);
  if (location) return callerOfSession(await lookup.sessionById(location.teamId, location.id), { secret, lookup, at });
  const token = await lookup.tokenByHash(secretHash(secret));
  if (!token || isExpired(token, at) || !(await hasValidAncestors(token, lookup, at))) return null;
  if (isStale(token, at)) await storeLastUse(lookup, token, at);
  return { teamId: token.teamId, tokenId: token.id, scopes: token.scopes, operator: token.operator };
}

async function callerOfSession(
  session: Session | null,
  { secret, lookup, at }: { secret: string; lookup: TokenLookup; at: Date },
): Promise<Caller | null> {
  if (!session || !isAccess(session, secret, at) || !(await hasTokens(lookup, session, at))) return null;
  const { teamId, tokenId, scopes, operator, id: sessionId } = session;
  return { teamId, tokenId, scopes, operator, sessionId };
}

async function hasValidAncestors({ ancestors = [] }: Token, { tokensByHash }: TokenLookup, at: Date): Promise<boolean> {
  if (ancestors.length === 0) return true;
  const ancestorTokens = await tokensByHash(ancestors);
  return ancestorTokens.filter((ancestor) => !isExpired(ancestor, at)).length === ancestors.length;
}

/** The precision of `lastUsedAt`, which limits a token to one write per minute. */
const lastUsePrecisionMs = 60_000;
const isStale = ({ lastUsedAt }: Token, at: Date): boolean =>
  !lastUsedAt || at.getTime() - Date.parse(lastUsedAt) >= lastUsePrecisionMs;

/** Does not fail the request if the time cannot be stored. */
async function storeLastUse({ tokenUsed }: TokenLookup, { hash, id }: Token, at: Date): Promise<void> {
  try {
    await tokenUsed(hash, at);
  } catch (error) {
    log.warn('The last use of a token could not be stored', { tokenId: id, error: error as Error });
  }
}

/**
 * The authorizer's caller; null without an authorizer or for an unknown token. Only API Gateway writes an event's
 * context.
 */
export function callerInContext(event: APIGatewayProxyEventV2): Caller | null {
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: { lambda?: Record<string, unknown> | null } };
  const { teamId, tokenId, scopes: held, operator, sessionId } = authorizer?.lambda ?? {};
  if (typeof teamId !== 'string' || typeof tokenId !== 'string' || typeof held !== 'string') return null;
  const knownScopes = held.split(' ').filter((scope): scope is Scope => scopes.some((each) => each === scope));
  return {
    ...{ teamId, tokenId, scopes: knownScopes, operator: operator === true || operator === 'true' },
    ...(typeof sessionId === 'string' ? { sessionId } : {}),
  };
}
