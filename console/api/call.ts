/** Calls of the REST API by a signed-in person: an expired access token is renewed once, then the sign-in is shown. */
import { type ApiRequest, Failure, jsonOf, request } from './http.ts';
import { renew } from './session.ts';
import type { Page } from './types.ts';

export async function callForResponse(path: string, options: ApiRequest = {}): Promise<Response> {
  try {
    return await request(path, options);
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.status !== 401 || !(await renew())) throw error;
    return request(path, options);
  }
}

/** Throws `Failure`. */
export const call = async <T>(path: string, options: ApiRequest = {}): Promise<T> =>
  jsonOf<T>(await callForResponse(path, options));

/** Changes something, once even if the response is lost and the request repeated. */
export const change = <T>(path: string, method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', body?: unknown): Promise<T> =>
  call<T>(path, {
    method,
    body,
    ...(method === 'POST' ? { idempotencyKey: crypto.randomUUID() } : {}),
  });

/** Pages of a list that are read at most: 100 items each. */
const mostPages = 50;

/** The whole list, page by page. */
export async function callAll<T>(path: string, signal: AbortSignal | null = null): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < mostPages; pages++) {
    const query = `limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Page<T> = await call<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}${query}`, { signal });
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === null) break;
  }
  return items;
}
