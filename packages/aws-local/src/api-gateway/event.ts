/**
 * The event that an HTTP API sends to a function: payload format 2.0.
 * Does not: support stage variables, client certificates or custom domains.
 */
import type { IncomingMessage } from 'node:http';
import type { Match } from './routes.ts';

export interface EventInput {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly match: Match;
  readonly target: Target;
  readonly requestId: string;
  readonly accountId: string;
  readonly now: Date;
}

export interface Target {
  /** Decoded, as HTTP APIs match and pass it; REST APIs do not decode it. */
  readonly path: string;
  readonly query: string;
}

/** `null` for an invalid percent-encoding. */
export function targetOf(url: string): Target | null {
  const [path = '', ...query] = url.split('?');
  try {
    // HTTP APIs end the path at an encoded question mark.
    return { path: decodeURIComponent(path).split('?', 1)[0] ?? '', query: query.join('?') };
  } catch {
    return null;
  }
}

export function createEvent(input: EventInput): Record<string, unknown> {
  const { request, match, target, body } = input;
  const { cookie, ...headers } = headersOf(request);
  const query = queryOf(target.query);
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: target.path,
    rawQueryString: target.query,
    ...(cookie ? { cookies: cookie.split(/; ?/) } : {}),
    headers,
    ...(target.query ? { queryStringParameters: query } : {}),
    ...(Object.keys(match.pathParameters).length > 0 ? { pathParameters: match.pathParameters } : {}),
    requestContext: requestContext(input, headers),
    ...(body.length > 0 ? { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
}

/** Adds the authorizer's context; null if the route has no authorizer. */
export const authorizedEvent = (event: Record<string, unknown>, context: Readonly<Record<string, unknown>> | null) =>
  context === null
    ? event
    : {
        ...event,
        requestContext: { ...(event.requestContext as Record<string, unknown>), authorizer: { lambda: context } },
      };

function requestContext(
  { request, match, target, requestId, accountId, now }: EventInput,
  headers: Record<string, string>,
) {
  return {
    accountId,
    apiId: 'local',
    domainName: headers.host ?? '',
    domainPrefix: headers.host?.split('.', 1)[0] ?? '',
    http: {
      method: request.method,
      path: target.path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: match.routeKey,
    stage: '$default',
    time: logTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, a repeated header joined by commas (cookies by semicolons, as browsers send them). */
function headersOf({ headersDistinct, socket }: IncomingMessage): Record<string, string> {
  const own = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.join(name === 'cookie' ? '; ' : ','),
  ]);
  const forwarded = {
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-port': String(socket.localPort),
    'x-forwarded-proto': 'http',
  };
  return { ...forwarded, ...Object.fromEntries(own) };
}

function queryOf(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  return parameters;
}

/** Content types that HTTP APIs pass as text; any other body, also a form's, is in base64. */
const isText = (contentType = '') => /^\s*(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(contentType);

/** `09/Apr/2026:12:34:56 +0000`. */
const logTime = (now: Date) => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
};
