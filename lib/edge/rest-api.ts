/**
 * Every request of the REST API passes through here: correlation → route → caller → parse → idempotency → operation →
 * check the answer → respond.
 */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { AnswerOf, Operation, RequestOf, Standing } from '#lib/contracts/operation.ts';
import { log } from '#lib/log.ts';
import type { Actor } from '#lib/model/entry.ts';
import { Problem } from '#lib/model/problem.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import type { OnlyOnce } from './idempotency.ts';
import { asPage, wantsPage } from './page.ts';
import { authorise, bearerOf, type Callers, callerOf, parsedRequest, rawBodyOf } from './request.ts';
import { answer, locatedBelow, problemAnswer } from './response.ts';

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

export interface Route<Key extends string = string> {
  readonly key: Key;
  readonly operation: Operation;
  readonly work: (request: never, exchange: Exchange) => Promise<unknown>;
  /** Makes HTML of an answer, for a client that asks for HTML. */
  readonly page: ((answer: never) => string) | null;
}

export const route = <const O extends Operation>(
  operation: O,
  work: (request: RequestOf<O>, exchange: Exchange) => Promise<AnswerOf<O>>,
  page: ((answer: AnswerOf<O>) => string) | null = null,
): Route<`${O['method']} ${O['path']}`> => ({
  key: `${operation.method} ${operation.path}`,
  operation,
  work,
  page,
});

/** By API Gateway's route keys, as `GET /v1/keys/{key}`: a key that is not its operation's does not compile. */
type Routes<T> = { readonly [K in keyof T]: Route<K & string> };

export interface RestApiDeps {
  readonly callers: () => Callers;
  /** Null for a function without a POST route. */
  readonly onlyOnce: (() => OnlyOnce) | null;
}

/** `assemble` is called once, on the first event; its result names what the function may do. */
export const createRestApi =
  (deps: RestApiDeps) =>
  <T extends Routes<T>>(assemble: () => T) => {
    let routes: Readonly<Record<string, Route>> | undefined;
    const named = ({ routeKey }: Event): string => routes?.[routeKey]?.operation.id ?? routeKey;
    return middy<Event, Result>()
      .use(httpHeaderNormalizer({ canonical: false }))
      .use(correlation(named))
      .use(problems)
      .handler(async (event) => {
        routes ??= assemble();
        const found = routes[event.routeKey];
        if (!found) throw new Problem('internal', `No work for the route ${event.routeKey}`);
        return respond(found, event, deps);
      });
  };

async function respond({ operation, work, page }: Route, event: Event, deps: RestApiDeps): Promise<Result> {
  const { requestId } = event.requestContext;
  const caller = await callerOf(event, deps.callers(), operation.scope);
  authorise(caller, operation.scope);
  const actor: Actor = { kind: 'token', id: caller?.tokenId ?? 'anonymous' };
  const standing: Standing = { teamId: caller?.teamId ?? '', actor, caller };
  const request = { ...parsedRequest(operation, event), ...standing };
  const answered = async () => {
    const cookies: string[] = [];
    const value = await work(request as never, exchangeOf(event, cookies));
    const response = locatedBelow(event.pathParameters, answer(operation, value, requestId));
    const result = cookies.length > 0 ? { ...response, cookies } : response;
    return page && wantsPage(event) ? asPage(result, page(value as never)) : result;
  };
  const key = event.headers['idempotency-key'];
  if (!deps.onlyOnce || operation.method !== 'POST' || key === undefined || !caller) return answered();
  const whole = `${event.rawPath}\n${rawBodyOf(event)}`;
  const repeatable = { teamId: caller.teamId, operation: operation.id, key, request: whole, bearer: bearerOf(event) };
  return deps.onlyOnce()(repeatable, answered);
}

interface Passing {
  readonly event: Event;
  readonly internal: { [name: string]: unknown };
  readonly error: Error | null;
  response: Result | null | undefined;
}

/** Every error becomes a problem; it runs first of the `onError`s, so that the log line below sees the status. */
const problems = {
  onError: (request: Passing) => {
    request.response = problemAnswer(request.error, request.event.requestContext.requestId);
  },
};

/** One line per request, with the operation, the status and how long it took (milliseconds). */
function correlation(named: (event: Event) => string) {
  const finished = ({ event, internal, response }: Passing) => {
    const { requestId } = event.requestContext;
    log.info('A request was answered', {
      operation: named(event),
      requestId,
      status: response?.statusCode,
      ms: Date.now() - Number(internal.startedAt),
    });
  };
  return {
    before: ({ internal }: Passing) => {
      internal.startedAt = Date.now();
    },
    after: finished,
    onError: finished,
  };
}
