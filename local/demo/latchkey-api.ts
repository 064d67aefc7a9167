/** Latchkey's REST API, as an app's developer uses it. */
import type * as z from 'zod/mini';
import { DemoFailure } from './failure.ts';
import type { Act } from './stage.ts';

interface ApiResponse {
  readonly status: number;
  readonly text: string;
}

interface PostRequest<T> {
  readonly body: unknown;
  readonly shown: string;
  readonly shownPath?: string;
  readonly responseSchema: z.ZodMiniType<T>;
}

export interface LatchkeyApi {
  /** Returns any response. */
  send(method: string, path: string, body?: unknown): Promise<ApiResponse>;
  /** Throws unless the response is successful and matches the schema. */
  read<T>(path: string, shape: z.ZodMiniType<T>): Promise<T>;
  /** The same as an act to show; `shown` stands for the body's text, and `shownPath` for a path with an id. */
  post<T>(path: string, request: PostRequest<T>): Act<T>;
  get(path: string, shown?: string): Act<string>;
}

const limitMs = 30_000;

export function createLatchkeyApi(url: string, token: string): LatchkeyApi {
  const send = async (method: string, path: string, body?: unknown): Promise<ApiResponse> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(limitMs),
    });
    return { status: response.status, text: await response.text() };
  };
  const good = async (method: string, path: string, body?: unknown): Promise<string> => {
    const { status, text } = await send(method, path, body);
    if (status >= 300) throw new DemoFailure(`${method} ${path} answered ${status}: ${text}`);
    return text;
  };
  return {
    send,
    read: async (path, shape) => shape.parse(JSON.parse(await good('GET', path))),
    post: (path, { body, shown, shownPath = path, responseSchema: shape }) => ({
      kind: 'request',
      text: `POST ${shownPath} ${shown}`,
      run: async () => shape.parse(JSON.parse(await good('POST', path, body))),
    }),
    get: (path, shown = `GET ${path}`) => ({ kind: 'request', text: shown, run: () => good('GET', path) }),
  };
}
