/**
 * A Lambda authorizer of an HTTP API: payload format 2.0, simple responses, results cached by the identity source. A
 * request without the identity source is refused without an invocation, as on AWS.
 * Does not: IAM policies as results, identity sources other than one header, or JWT authorizers.
 * Source: API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".
 */
import type { HttpResponse } from '../listener.ts';
import { messageResponse } from './response.ts';

export interface Authorizer {
  /** In the source ARN of its invocations. */
  readonly id?: string;
  readonly functionArn: string;
  /** In lower case. */
  readonly header: string;
  /** 0 caches nothing. */
  readonly ttlMs: number;
  /** By route key, as `GET /v1/keys`. */
  isFor(routeKey: string): boolean;
}

interface Result {
  readonly isAuthorized: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The authorizer's context for the integration's event, or the response that ends the request. */
export type Authorization = { readonly context: Result['context'] | null } | { readonly refusal: HttpResponse };

export type Authorize = (event: Record<string, unknown>) => Promise<Authorization>;

/** Above this number of identities, expired results are removed. */
const cleanupThreshold = 1000;

export function createAuthorizer(
  authorizer: Authorizer,
  invoke: (functionArn: string, event: unknown) => Promise<unknown>,
): Authorize {
  const cached = new Map<string, { readonly result: Result; readonly until: number }>();
  const removeExpired = (now: number) => {
    for (const [identity, { until }] of cached) if (until <= now) cached.delete(identity);
  };
  const resultFor = async (identity: string, event: Record<string, unknown>): Promise<Result> => {
    const known = cached.get(identity);
    if (known && known.until > Date.now()) return known.result;
    const result = parseResult(await invoke(authorizer.functionArn, requestEvent(event, identity)));
    if (cached.size >= cleanupThreshold) removeExpired(Date.now());
    if (authorizer.ttlMs > 0) cached.set(identity, { result, until: Date.now() + authorizer.ttlMs });
    return result;
  };
  return async (event) => {
    if (!authorizer.isFor(String(event.routeKey))) return { context: null };
    const identity = (event.headers as Record<string, string>)[authorizer.header];
    if (!identity) return { refusal: messageResponse(401, 'Unauthorized') };
    try {
      const { isAuthorized, context } = await resultFor(identity, event);
      return isAuthorized ? { context } : { refusal: messageResponse(403, 'Forbidden') };
    } catch {
      return { refusal: messageResponse(500, 'Internal Server Error') };
    }
  };
}

const requestEvent = ({ body: _, isBase64Encoded: _encoded, ...event }: Record<string, unknown>, identity: string) => ({
  ...event,
  type: 'REQUEST',
  routeArn: `arn:aws:execute-api:local:000000000000:local/$default/${String(event.routeKey).replace(' /', '/')}`,
  identitySource: [identity],
});

/** Throws unless the output is a simple response. */
function parseResult(output: unknown): Result {
  const { isAuthorized, context = {} } = (output ?? {}) as { isAuthorized?: unknown; context?: Result['context'] };
  if (typeof isAuthorized !== 'boolean') throw new Error('The authorizer did not return a simple response');
  return { isAuthorized, context };
}
