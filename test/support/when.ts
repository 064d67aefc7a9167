/**
 * Asking the REST API, in two ways that answer alike: `TEST_MODE=handler` (the default) gives the event to the function itself,
 * `TEST_MODE=http` goes over the network.
 */
import { randomUUID } from 'node:crypto';
import { createRouter } from 'aws-local/api-gateway';
import type { Cloud } from '#local/cloud.ts';

/** A problem's members, and whatever else an answer holds. */
export interface Body {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly [name: string]: unknown;
}

export interface Answer<T = Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Ask {
  /** Null: none. */
  readonly token?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `line` is as in `POST /v1/keys`. */
export type When = <T = Body>(line: string, ask?: Ask) => Promise<Answer<T>>;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

function sent(line: string, { token, body, raw, headers = {} }: Ask): Sent {
  const [method = '', path = ''] = line.split(' ', 2);
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    path,
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: text,
  };
}

const answered = <T>(status: number, headers: Headers, text: string): Answer<T> => ({
  status,
  headers,
  body: (text === '' ? null : JSON.parse(text)) as T,
});

export const overHttp =
  (url: string): When =>
  async (line, ask = {}) => {
    const { path, body, ...init } = sent(line, ask);
    const response = await fetch(`${url}${path}`, { ...init, ...(body === undefined ? {} : { body }) });
    return answered(response.status, response.headers, await response.text());
  };

interface Result {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function byHandler(cloud: Pick<Cloud, 'invoke' | 'stack'>): When {
  const routeOf = createRouter(
    cloud.stack.functions.flatMap(({ arn, events }) =>
      events.flatMap((event) =>
        event.kind === 'http' ? [{ method: event.method, path: event.path, functionArn: arn }] : [],
      ),
    ),
  );
  return async (line, ask = {}) => {
    const { method, path, headers, body } = sent(line, ask);
    const { pathname, search, searchParams } = new URL(path, 'http://api');
    const match = routeOf(method, decodeURIComponent(pathname));
    if (!match) throw new Error(`There is no route for ${line}`);
    const result = (await cloud.invoke(match.route.functionArn, {
      version: '2.0',
      routeKey: match.routeKey,
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      ...(search ? { queryStringParameters: Object.fromEntries(searchParams) } : {}),
      pathParameters: match.pathParameters,
      requestContext: { requestId: randomUUID(), http: { method, path: pathname } },
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
    })) as Result;
    return answered(result.statusCode, new Headers(result.headers), result.body ?? '');
  };
}

export const when = (cloud: Pick<Cloud, 'invoke' | 'stack' | 'urls'>): When =>
  process.env.TEST_MODE === 'http' ? overHttp(cloud.urls.api) : byHandler(cloud);

/** Polls until there is something, for a minute at most. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited a minute in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
