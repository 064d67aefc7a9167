/**
 * The pipeline of every request of the REST API: correlation → route → caller → parse → idempotency → operation →
 * validate the response → respond.
 */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { CallerContext, Operation, RequestOf, ResponseOf } from '#lib/contracts/operation.ts';
import type { Actor } from '#lib/model/entry.ts';
import { secretIn } from './caller.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import type { OnlyOnce } from './idempotency.ts';
import { asPage, wantsPage } from './page.ts';
import { authorise, type Callers, callerOf, parseRequest, rawBodyOf } from './request.ts';
import { requestLog } from './request-log.ts';
import { locatedBelow, problemResponse, successResponse } from './response.ts';
import { createFind, type Find } from './routes.ts';
import { unroutedProblem } from './unrouted.ts';

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

export interface Route<Key extends string = string> {
  readonly key: Key;
  readonly operation: Operation;
  readonly work: (request: never, exchange: Exchange) => Promise<unknown>;
  /** Renders a response as HTML for a client that prefers it. */
  readonly page: ((response: never) => string) | null;
}

/** An operation without a result responds with 204, and its contract with null. */
type NoContent<Response> = null extends Response ? Promise<void> : never;

export const route = <const O extends Operation>(
  operation: O,
  work: (request: RequestOf<O>, exchange: Exchange) => Promise<ResponseOf<O>> | NoContent<ResponseOf<O>>,
  page: ((response: ResponseOf<O>) => string) | null = null,
): Route<O['route']> => ({ key: operation.route, operation, work, page });

/** An operation whose result the API shows as a view. */
export const withView =
  <Request, Result, View>(work: (request: Request) => Promise<Result>, view: (result: Result) => View) =>
  async (request: Request): Promise<View> =>
    view(await work(request));

/**
 * Routes by API Gateway's route keys, such as `GET /v1/keys/{key}`; a key that differs from its operation's does not
 * compile.
 */
type Routes<T> = { readonly [K in keyof T]: Route<K & string> };

export interface RestApiDeps {
  readonly callers: () => Callers;
  /** Null for a function without POST routes. */
  readonly onlyOnce: (() => OnlyOnce) | null;
}

/** Calls `assemble` once, on the first event. */
export const createRestApi =
  (deps: RestApiDeps) =>
  <T extends Routes<T>>(assemble: () => T) => {
    let find: Find<Route> | undefined;
    const operationName = (event: Event): string => find?.(event)?.route.operation.id ?? 'none';
    return middy<Event, Result>()
      .use(httpHeaderNormalizer({ canonical: false }))
      .use(requestLog(operationName))
      .use(problems)
      .handler(async (event) => {
        find ??= createFind<Route>(assemble());
        const match = find(event);
        if (!match) throw unroutedProblem(event);
        return respond(match.route, { ...event, pathParameters: { ...match.pathParameters } }, deps);
      });
  };

async function respond({ operation, work, page }: Route, event: Event, deps: RestApiDeps): Promise<Result> {
  const { requestId } = event.requestContext;
  const caller = await callerOf(event, deps.callers(), { scope: operation.scope, schemes: 'Bearer' });
  authorise(caller, operation.scope);
  const actor: Actor = { kind: 'token', id: caller?.tokenId ?? 'anonymous' };
  const context: CallerContext = { teamId: caller?.teamId ?? '', actor, caller };
  const request = { ...parseRequest(operation, event), ...context };
  const run = async () => {
    const cookies: string[] = [];
    const value = (await work(request as never, exchangeOf(event, cookies))) ?? null;
    const response = locatedBelow(event.pathParameters, successResponse(operation, value, requestId));
    const result = cookies.length > 0 ? { ...response, cookies } : response;
    return page && wantsPage(event) ? asPage(result, page(value as never)) : result;
  };
  const key = event.headers['idempotency-key'];
  if (!deps.onlyOnce || operation.method !== 'POST' || key === undefined || !caller) return run();
  const fingerprint = `${event.rawPath}\n${rawBodyOf(event)}`;
  const repeatable = {
    teamId: caller.teamId,
    operation: operation.id,
    key,
    request: fingerprint,
    bearer: secretIn(event.headers.authorization, 'Bearer') ?? '',
  };
  return deps.onlyOnce()(repeatable, run);
}

interface FailedRequest {
  readonly event: Event;
  readonly error: Error | null;
  response: Result | null | undefined;
}

/** Translates every error to a problem, before the log line reads the status. */
const problems = {
  onError: (request: FailedRequest) => {
    request.response = problemResponse(request.error, request.event.requestContext.requestId);
  },
};
