/**
 * API Gateway's authorizer, which caches a token's caller for 60 seconds. It authorizes every request: an operation
 * rejects an unknown token with the problem that the API documents, where API Gateway would send a bare `Forbidden`.
 */
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { log } from '#lib/log.ts';
import type { Clock } from '#lib/model/clock.ts';
import type { Caller } from '#lib/model/team.ts';
import { callerBehind, secretIn, type TokenLookup } from './caller.ts';

/** An authorizer's context has only strings, numbers and booleans. Empty for an unknown token. */
export type CallerContext = Readonly<Record<string, string | boolean>>;

/** Calls `assemble` once, on the first event. */
export function authorizer(assemble: () => TokenLookup & { readonly now: Clock }) {
  let store: ReturnType<typeof assemble> | undefined;
  return async (
    event: APIGatewayRequestAuthorizerEventV2,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<CallerContext>> => {
    store ??= assemble();
    const secret = secretIn(event.headers?.authorization, 'Bearer|Basic');
    try {
      const caller = secret ? await callerBehind(secret, store, store.now()) : null;
      return { isAuthorized: true, context: caller ? contextOf(caller) : {} };
    } catch (error) {
      log.warn('A token could not be looked up', { error: error as Error });
      return { isAuthorized: true, context: {} };
    }
  };
}

const contextOf = ({ teamId, tokenId, scopes, operator, sessionId }: Caller): CallerContext => ({
  teamId,
  tokenId,
  scopes: scopes.join(' '),
  operator,
  ...(sessionId === undefined ? {} : { sessionId }),
});
