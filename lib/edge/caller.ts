/** Who calls: by API Gateway's authorizer where it has looked already, else by the token itself. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Caller, type Scope, scopes, secretHash, type Token } from '#lib/teams/team.ts';

type TokenByHash = (hash: string) => Promise<Token | null>;

/** The secret of `Bearer <secret>`; of `Basic` the password, as older versions of the Heroku CLI send it, with any user name. Null for anything else. */
export function secretIn(header: string | undefined): string | null {
  const [, scheme = '', text = ''] = /^(Bearer|Basic) (\S+)$/i.exec(header ?? '') ?? [];
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(text, 'base64').toString('utf8') : `:${text}`;
  const secret = decoded.slice(decoded.indexOf(':') + 1);
  return /^[\w.~+/-]{1,200}=*$/.test(secret) ? secret : null;
}

/** Null for a token that is unknown or revoked. */
export async function callerBehind(secret: string, tokenByHash: TokenByHash): Promise<Caller | null> {
  const token = await tokenByHash(secretHash(secret));
  return token && { teamId: token.teamId, tokenId: token.id, scopes: token.scopes, operator: token.operator };
}

/** What the authorizer found; null where there is none, or it knew nobody. Only API Gateway writes an event's context. */
export function callerInContext(event: APIGatewayProxyEventV2): Caller | null {
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: { lambda?: Record<string, unknown> | null } };
  const { teamId, tokenId, scopes: held, operator } = authorizer?.lambda ?? {};
  if (typeof teamId !== 'string' || typeof tokenId !== 'string' || typeof held !== 'string') return null;
  const known = held.split(' ').filter((scope): scope is Scope => scopes.some((each) => each === scope));
  return { teamId, tokenId, scopes: known, operator: operator === true || operator === 'true' };
}
