/**
 * An HTTP API on loopback: invokes a route's function with payload format 2.0 and responds as API Gateway does.
 * Does not: CORS (an unrouted `OPTIONS` is `404`, as on AWS without a CORS configuration), throttling, access logs,
 * WebSockets or TLS.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { defaultRegion } from '../accounts.ts';
import { type HttpResponse, type Listener, listen, readBody } from '../listener.ts';
import { type Authorize, type Authorizer, createAuthorizer } from './authorizer.ts';
import { authorizedEvent, createEvent, targetOf } from './event.ts';
import { messageResponse, responseOf } from './response.ts';
import { createRouter, type Route, type Router } from './routes.ts';

export interface ApiGatewayOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly routes: readonly Route[];
  readonly accountId: string;
  /** By default, there is no authorizer. */
  readonly authorizer?: Authorizer;
  /** In the ARNs of routes; `local` by default. */
  readonly apiId?: string;
  readonly region?: string;
  /** `sourceArn` is the route's or the authorizer's. */
  invoke(functionArn: string, event: unknown, sourceArn: string): Promise<unknown>;
  /** Receives the errors that the client sees as `Internal Server Error` only. */
  onFailure(failure: { requestId: string; routeKey: string; error: unknown }): void;
  /** 30 s by default, AWS's maximum. */
  readonly integrationTimeoutMs?: number;
}

/** Quotas of HTTP APIs, in bytes: the payload, and the request line and header values together. */
const bodyLimit = 10 * 2 ** 20;
const headerLimit = 10_240;

export function startApiGateway(options: ApiGatewayOptions): Promise<Listener> {
  const route = createRouter(options.routes);
  const api = apiArn(options);
  const authorize: Authorize = options.authorizer
    ? createAuthorizer(options.authorizer, (functionArn, event) =>
        options.invoke(functionArn, event, `${api}/authorizers/${options.authorizer?.id ?? ''}`),
      )
    : async () => ({ context: null });
  return listen({
    port: options.port,
    purpose: 'the API',
    handle: async (request) => {
      const requestId = randomBytes(9).toString('base64url');
      const { status, headers, body } = await handle(request, { ...options, route, authorize, requestId });
      return { status, headers: { ...headers, 'apigw-requestid': requestId }, body };
    },
  });
}

const apiArn = ({ accountId, apiId = 'local', region = defaultRegion }: ApiGatewayOptions) =>
  `arn:aws:execute-api:${region}:${accountId}:${apiId}`;

type HandlerContext = ApiGatewayOptions & {
  readonly route: Router;
  readonly authorize: Authorize;
  readonly requestId: string;
};

async function handle(request: IncomingMessage, context: HandlerContext): Promise<HttpResponse> {
  const target = targetOf(request.url ?? '/');
  if (!target) return messageResponse(400, 'Bad Request');
  if (headerBytes(request) > headerLimit) return messageResponse(431, 'Request Header Fields Too Large');
  const match = context.route(request.method ?? '', target.path);
  if (!match) return messageResponse(404, 'Not Found');
  const body = await readBody(request, bodyLimit);
  if (!body) return messageResponse(413, 'Request Entity Too Large');
  const event = createEvent({
    request,
    body,
    match,
    target,
    requestId: context.requestId,
    accountId: context.accountId,
    now: new Date(),
  });
  const authorization = await context.authorize(event);
  if ('refusal' in authorization) return authorization.refusal;
  return integrate(match.route.functionArn, authorizedEvent(event, authorization.context), {
    ...context,
    routeKey: match.routeKey,
  });
}

const headerBytes = ({ method = '', url = '', rawHeaders }: IncomingMessage) =>
  method.length + url.length + rawHeaders.reduce((sum, text, index) => sum + (index % 2 === 1 ? text.length : 0), 0);

async function integrate(
  functionArn: string,
  event: unknown,
  context: HandlerContext & { routeKey: string },
): Promise<HttpResponse> {
  const { invoke, integrationTimeoutMs = 30_000, onFailure, requestId, routeKey } = context;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpResponse>((resolve) => {
    timer = setTimeout(() => resolve(messageResponse(503, 'Service Unavailable')), integrationTimeoutMs);
  });
  const sourceArn = `${apiArn(context)}/$default/${routeKey.replace(' ', '')}`;
  const work = Promise.resolve()
    .then(() => invoke(functionArn, event, sourceArn))
    .then(responseOf, (error) => {
      onFailure({ requestId, routeKey, error });
      return isTooLarge(error)
        ? messageResponse(413, 'Request Entity Too Large')
        : messageResponse(500, 'Internal Server Error');
    });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The event is within API Gateway's limits and beyond Lambda's. */
const isTooLarge = (error: unknown) => error instanceof Error && error.name === 'RequestTooLargeException';
