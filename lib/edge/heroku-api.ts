/**
 * The pipeline of every request of the Heroku CLI: caller → route → parse → operation → respond. It differs from
 * `rest-api` where that client requires it: Heroku's errors, `Basic` beside `Bearer`, and several routes per function.
 */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import { isPrintable } from '#lib/contracts/text.ts';
import { asciiOnly, herokuErrorOf } from '#lib/heroku/error.ts';
import type { HerokuRequest, HerokuResponse, Route, Routes } from '#lib/heroku/route.ts';
import { log } from '#lib/log.ts';
import { Problem } from '#lib/model/problem.ts';
import { english } from '#lib/model/schema.ts';
import { authorise, bodyOf, type Callers, callerOf, invalidRequest, unauthenticated } from './request.ts';
import { requestLog } from './request-log.ts';
import { asProblem, extraHeaders, guarded } from './response.ts';
import { createFind, type Find } from './routes.ts';
import { unroutedResponse } from './unrouted.ts';

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

/** Calls `assemble` once, on the first event; its routes have API Gateway's route keys, such as `GET /apps/{app}`. */
export const createHerokuApi =
  ({ callers }: { readonly callers: () => Callers }) =>
  (assemble: () => Routes) => {
    let find: Find<Route> | undefined;
    return middy<Event, Result>()
      .use(httpHeaderNormalizer({ canonical: false }))
      .use(requestLog((event) => find?.(event)?.key ?? 'none'))
      .use(refusals)
      .handler(async (event) => {
        find ??= createFind(assemble());
        const match = find(event);
        if (!match) return unroutedResponse(event);
        return respond(match.route, { ...event, pathParameters: { ...match.pathParameters } }, callers());
      });
  };

async function respond(route: Route, event: Event, callers: Callers): Promise<Result> {
  // Older versions of the CLI send the token as the password of any user.
  const caller = await callerOf(event, callers, { scope: route.scope, schemes: 'Bearer|Basic' });
  if (!caller) throw unauthenticated();
  authorise(caller, route.scope);
  assertReadable(event);
  const request: HerokuRequest<unknown> = {
    teamId: caller.teamId,
    actor: { kind: 'token', id: caller.tokenId },
    caller,
    path: pathOf(event),
    query: event.queryStringParameters ?? {},
    range: event.headers.range ?? null,
    body: route.body === null ? null : parseBody(route.body(), event),
  };
  return toResult(await route.operation(request), event.requestContext.requestId);
}

/** The maximum length of a name, id or number in a path or a query of this API. */
const maxLength = 200;

/**
 * Throws `invalid_request` for long or unprintable texts. The detail does not repeat them, since a terminal shows it.
 */
function assertReadable({ pathParameters = {}, queryStringParameters = {} }: Event): void {
  const texts = [...Object.values(pathParameters), ...Object.entries(queryStringParameters).flat()];
  if (texts.every((text) => text === undefined || (text.length <= maxLength && isPrintable(text)))) return;
  throw new Problem(
    'invalid_request',
    `A name or an id in a path has at most ${maxLength} characters, and no control characters.`,
    { malformed: true },
  );
}

const pathOf =
  ({ pathParameters, routeKey }: Event) =>
  (name: string): string => {
    const value = pathParameters?.[name];
    if (value === undefined) throw new Problem('internal', `The route ${routeKey} has no {${name}}`);
    return value;
  };

function parseBody(schema: z.ZodMiniType, event: Event): unknown {
  const result = schema.safeParse(bodyOf(event), english);
  if (result.success) return result.data;
  throw invalidRequest(result.error.issues, '');
}

function toResult({ body, status = 200, warning = null }: HerokuResponse, requestId: string): Result {
  return {
    statusCode: status,
    headers: {
      ...guarded,
      ...headersOf(requestId),
      ...(warning === null ? {} : { 'x-heroku-warning': asciiOnly(warning) }),
    },
    body: JSON.stringify(body),
  };
}

const headersOf = (requestId: string) => ({
  'content-type': 'application/json',
  'request-id': requestId,
  'x-request-id': requestId,
});

interface FailedRequest {
  readonly event: Event;
  readonly error: Error | null;
  response: Result | null | undefined;
}

const refusals = {
  onError: (request: FailedRequest) => {
    const { requestId } = request.event.requestContext;
    const problem = asProblem(request.error);
    const { status, ...body } = herokuErrorOf(problem, requestId);
    if (status >= 500) log.error('A request failed', { requestId, code: body.id, error: request.error as Error });
    request.response = {
      statusCode: status,
      headers: { ...guarded, ...extraHeaders(problem), ...headersOf(requestId) },
      body: JSON.stringify(body),
    };
  },
};
