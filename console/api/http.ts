/**
 * One request to the REST API: JSON in and out, failures as problems, and the access token, which is kept in memory
 * only.
 */
import { type Problem, problemIn, unreachable } from '../view-models/problem.ts';
import { noteDate } from './clock.ts';

let accessToken: string | null = null;

export const holdAccessToken = (token: string | null): void => {
  accessToken = token;
};

/** What a request throws. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: Problem;
  /** The `Retry-After` header, in seconds. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail || problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly accept?: string;
  /** So that a repeated request has no second effect. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal | null;
}

/** A request that takes longer counts as unreachable: Latchkey's functions end after 29 s. */
const longestMs = 30_000;

const headersOf = ({ body, accept, idempotencyKey }: ApiRequest): Record<string, string> => ({
  accept: accept ?? 'application/json',
  ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
});

async function send(path: string, request: ApiRequest): Promise<Response> {
  const sent = performance.now();
  const timeout = AbortSignal.timeout(longestMs);
  try {
    const response = await fetch(path, {
      method: request.method ?? 'GET',
      headers: headersOf(request),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      cache: 'no-store',
      credentials: 'same-origin',
    });
    noteDate(response.headers.get('date'), sent, performance.now());
    return response;
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Failure(unreachable);
  }
}

/** Throws `Failure`. Only `api/session.ts` calls it directly; everything else goes through `call`. */
export async function request(path: string, options: ApiRequest = {}): Promise<Response> {
  const response = await send(path, options);
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new Failure(problemIn(response.status, body), Number.isFinite(seconds) ? seconds : null);
}

export async function jsonOf<T>(response: Response): Promise<T> {
  return (response.status === 204 ? null : await response.json()) as T;
}
