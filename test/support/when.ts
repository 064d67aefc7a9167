/**
 * Calls the REST API in two ways with the same result: `TEST_MODE=handler` (the default) passes the event to the
 * function itself, `TEST_MODE=http` uses the network.
 */
import { randomUUID } from 'node:crypto';
import { createRouter } from 'aws-local/api-gateway';
import type { Cloud } from '#local/cloud.ts';
import { overHttp, parseResponse, type SendRequest, toRawRequest } from '#local/test-support/http.ts';

interface Result {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function byHandler(cloud: Pick<Cloud, 'invoke' | 'stack'>): SendRequest {
  const routeOf = createRouter(cloud.stack.api.routes);
  return async (line, options = {}) => {
    const { method, path, headers, body } = toRawRequest(line, options);
    const { pathname, search, searchParams } = new URL(path, 'http://api');
    const match = routeOf(method, decodeURIComponent(pathname));
    if (!match) throw new Error(`There is no route for ${line}`);
    const result = (await cloud.invoke(match.route.functionArn, {
      version: '2.0',
      routeKey: match.routeKey,
      rawPath: decodeURIComponent(pathname),
      rawQueryString: search.slice(1),
      headers,
      ...(search ? { queryStringParameters: Object.fromEntries(searchParams) } : {}),
      pathParameters: match.pathParameters,
      requestContext: { requestId: randomUUID(), http: { method, path: pathname } },
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
    })) as Result;
    const text = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8').toString();
    return parseResponse(result.statusCode, new Headers(result.headers), text);
  };
}

export const sendTo = (cloud: Pick<Cloud, 'invoke' | 'stack' | 'urls'>): SendRequest =>
  process.env.TEST_MODE === 'http' ? overHttp(cloud.urls.api) : byHandler(cloud);

/** Between two polls: a tenth of the time waited so far, within these limits, since polls compete with the work. */
const [shortestPauseMs, longestPauseMs] = [40, 150];

/** Polls until a value is there, for a minute at most. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const found = await look();
    if (found) return found;
    const waitedMs = Date.now() - start;
    if (waitedMs > 60_000) throw new Error(`Waited a minute in vain: ${what}`);
    const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, waitedMs / 10));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
