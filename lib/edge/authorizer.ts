/**
 * API Gateway's authorizer: whom a token stands for, kept there for 60 seconds, so that a client's next requests read no token. It lets every
 * request through: an unknown token gets its answer from the operation, as the problem that the API documents and not as a bare `Forbidden`.
 */
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { log } from '#lib/log.ts';
import type { Clock } from '#lib/model/clock.ts';
import type { Caller } from '#lib/model/team.ts';
import { callerBehind, secretIn, type TokenLookup } from './caller.ts';

/** A context is flat: text, numbers and booleans. Empty for an unknown token. */
export type CallerContext = Readonly<Record<string, string | boolean>>;

/** `assemble` is called once, on the first event. */
export function authorizer(assemble: () => TokenLookup & { readonly now: Clock }) {
  let store: ReturnType<typeof assemble> | undefined;
  return async (
    event: APIGatewayRequestAuthorizerEventV2,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<CallerContext>> => {
    store ??= assemble();
    const secret = secretIn(event.headers?.authorization);
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
