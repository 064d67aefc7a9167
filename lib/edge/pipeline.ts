/** The pipeline that both APIs share: correlation → route → response, with one log line per request. */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { log } from '#lib/log.ts';
import { Problem } from '#lib/model/problem.ts';

export type Event = APIGatewayProxyEventV2;
export type Result = APIGatewayProxyStructuredResultV2;

export interface Api<Route> {
  readonly respond: (route: Route, event: Event) => Promise<Result>;
  readonly errorResponse: (error: unknown, requestId: string) => Result;
  /** The operation's name in the log. */
  readonly nameOf: (route: Route, routeKey: string) => string;
}

/** Calls `assemble` once, on the first event; its routes have API Gateway's route keys, such as `GET /apps/{app}`. */
export function apiPipeline<Route>(
  { respond, errorResponse, nameOf }: Api<Route>,
  assemble: () => Readonly<Record<string, Route>>,
) {
  let routes: Readonly<Record<string, Route>> | undefined;
  return middy<Event, Result>()
    .use(httpHeaderNormalizer({ canonical: false }))
    .use(
      requestLog(({ routeKey }) => {
        const route = routes?.[routeKey];
        return route ? nameOf(route, routeKey) : routeKey;
      }),
    )
    .use({
      // Runs before the log line reads the status.
      onError: (request: MiddlewareRequest) => {
        request.response = errorResponse(request.error, request.event.requestContext.requestId);
      },
    })
    .handler(async (event) => {
      routes ??= assemble();
      const route = routes[event.routeKey];
      if (!route) throw new Problem('internal', `No operation for the route ${event.routeKey}`);
      return respond(route, event);
    });
}

interface MiddlewareRequest {
  readonly event: Event;
  readonly internal: { [name: string]: unknown };
  readonly error: Error | null;
  response: Result | null | undefined;
}

/** Operation, status and duration in milliseconds; never the body, which may have a password. */
function requestLog(operationName: (event: Event) => string) {
  const finished = ({ event, internal, response }: MiddlewareRequest) => {
    const { requestId } = event.requestContext;
    log.info('A request was answered', {
      operation: operationName(event),
      requestId,
      status: response?.statusCode,
      ms: Date.now() - Number(internal.startedAt),
    });
  };
  const before = ({ internal }: MiddlewareRequest) => {
    internal.startedAt = Date.now();
  };
  return { before, after: finished, onError: finished };
}
