/** Requests to the REST API over HTTP, with JSON bodies. */

/** The members of a problem, or of any other response. */
export interface Body {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly [name: string]: unknown;
}

export interface ApiResponse<T = Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RequestOptions {
  /** Null: none. */
  readonly token?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `line` is as in `POST /v1/keys`. */
export type SendRequest = <T = Body>(line: string, options?: RequestOptions) => Promise<ApiResponse<T>>;

interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export function toRawRequest(line: string, { token, body, raw, headers = {} }: RequestOptions): RawRequest {
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

/** A body that is not JSON, such as a page, is its text. */
export const parseResponse = <T>(status: number, headers: Headers, text: string): ApiResponse<T> => {
  const isJson = /json/.test(headers.get('content-type') ?? 'json');
  return { status, headers, body: (text === '' ? null : isJson ? JSON.parse(text) : text) as T };
};

export const overHttp =
  (url: string): SendRequest =>
  async (line, options = {}) => {
    const { path, body, ...init } = toRawRequest(line, options);
    const response = await fetch(`${url}${path}`, { ...init, ...(body === undefined ? {} : { body }) });
    return parseResponse(response.status, response.headers, await response.text());
  };
