/** Who calls: by API Gateway's authorizer where it has looked already, else by the token itself. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { log } from '#lib/log.ts';
import type { Needs } from '#lib/model/ports.ts';
import { isAccess, type Session } from '#lib/model/session.ts';
import { placeOfSecret } from '#lib/model/session-secret.ts';
import { type Caller, isExpired, type Scope, scopes, secretHash, type Token } from '#lib/model/team.ts';
import { hasTokens } from '#lib/sessions/renew.ts';

export type TokenLookup = Needs<'tokenByHash' | 'tokensByHash' | 'tokenUsed' | 'sessionById'>;

/** The secret of `Bearer <secret>`; of `Basic` the password, as older versions of the Heroku CLI send it, with any user name. Null for anything else. */
export function secretIn(header: string | undefined): string | null {
  const [, scheme = '', text = ''] = /^(Bearer|Basic) (\S+)$/i.exec(header ?? '') ?? [];
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(text, 'base64').toString('utf8') : `:${text}`;
  const secret = decoded.slice(decoded.indexOf(':') + 1);
  return /^[\w.~+/-]{1,200}=*$/.test(secret) ? secret : null;
}

/**
 * Null for a token that is unknown, revoked or expired, or has an ancestor that is, and for an access token of a session
 * that is over or began with such a token.
 */
export async function callerBehind(secret: string, lookup: TokenLookup, at: Date): Promise<Caller | null> {
  const place = placeOfSecret('access', secret);
  if (place) return callerOfSession(await lookup.sessionById(place.teamId, place.id), { secret, lookup, at });
  const token = await lookup.tokenByHash(secretHash(secret));
  if (!token || isExpired(token, at) || !(await descendsWell(token, lookup, at))) return null;
  if (isStale(token, at)) await noted(lookup, token, at);
  return { teamId: token.teamId, tokenId: token.id, scopes: token.scopes, operator: token.operator };
}

interface AccessContext {
  readonly secret: string;
  readonly lookup: TokenLookup;
  readonly at: Date;
}

async function callerOfSession(session: Session | null, { secret, lookup, at }: AccessContext): Promise<Caller | null> {
  if (!session || !isAccess(session, secret, at) || !(await hasTokens(lookup, session, at))) return null;
  const { teamId, tokenId, scopes, operator, id: sessionId } = session;
  return { teamId, tokenId, scopes, operator, sessionId };
}

async function descendsWell({ ancestors = [] }: Token, { tokensByHash }: TokenLookup, at: Date): Promise<boolean> {
  if (ancestors.length === 0) return true;
  const found = await tokensByHash(ancestors);
  return found.filter((ancestor) => !isExpired(ancestor, at)).length === ancestors.length;
}

/** When a token was last used is known to the minute, so a busy one costs a write a minute. */
const noteEveryMs = 60_000;
const isStale = ({ lastUsedAt }: Token, at: Date): boolean =>
  !lastUsedAt || at.getTime() - Date.parse(lastUsedAt) >= noteEveryMs;

/** No request fails for want of the note. */
async function noted({ tokenUsed }: TokenLookup, { hash, id }: Token, at: Date): Promise<void> {
  try {
    await tokenUsed(hash, at);
  } catch (error) {
    log.warn('Nobody could note that a token was used', { tokenId: id, error: error as Error });
  }
}

/** What the authorizer found; null where there is none, or it knew nobody. Only API Gateway writes an event's context. */
export function callerInContext(event: APIGatewayProxyEventV2): Caller | null {
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: { lambda?: Record<string, unknown> | null } };
  const { teamId, tokenId, scopes: held, operator, sessionId } = authorizer?.lambda ?? {};
  if (typeof teamId !== 'string' || typeof tokenId !== 'string' || typeof held !== 'string') return null;
  const known = held.split(' ').filter((scope): scope is Scope => scopes.some((each) => each === scope));
  return {
    ...{ teamId, tokenId, scopes: known, operator: operator === true || operator === 'true' },
    ...(typeof sessionId === 'string' ? { sessionId } : {}),
  };
}
