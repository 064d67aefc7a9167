/**
 * Responses: JSON as in the contract, and RFC 9457 problems. The details that a client must not see are logged here.
 */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Operation } from '#lib/contracts/operation.ts';
import { log } from '#lib/log.ts';
import { Problem, problems, problemType, Transient } from '#lib/model/problem.ts';
import { english } from '#lib/model/schema.ts';

/** Forbids framing, sniffing, caching and rendering. Source: OWASP REST security cheat sheet. */
export const guarded = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Validates the response against its contract; a mismatch is an internal error. */
export function successResponse(
  operation: Operation,
  value: unknown,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  const headers: Record<string, string> = { ...guarded, 'x-request-id': requestId };
  if (operation.status === 204) return { statusCode: 204, headers };
  const body = operation.response.parse(value, english) as Record<string, unknown>;
  if (operation.locatedBy)
    headers.location = `${operation.locatedUnder ?? operation.path}/${String(body[operation.locatedBy])}`;
  return {
    statusCode: operation.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** Replaces the placeholders of a location by the request's path parameters. */
export function locatedBelow(
  params: Record<string, string | undefined> | undefined,
  result: APIGatewayProxyStructuredResultV2,
) {
  const location = result.headers?.location;
  if (typeof location !== 'string') return result;
  const resolved = location.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  return { ...result, headers: { ...result.headers, location: resolved } };
}

/** The problem as a client may see it: any error other than a `Problem` becomes `internal` with a fixed text. */
export function problemResponse(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const problem = asProblem(error);
  const [status, title] = problems[problem.code];
  if (status >= 500) log.error('A request failed', { requestId, code: problem.code, error: error as Error });
  const body = {
    ...problem.extra,
    type: problemType(problem.code),
    title,
    status,
    detail: problem.message,
    instance: requestId,
  };
  return {
    statusCode: status,
    headers: {
      ...guarded,
      ...extraHeaders(problem),
      'x-request-id': requestId,
      'content-type': 'application/problem+json',
    },
    body: JSON.stringify(body),
  };
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem && error.code !== 'internal') return error;
  if (error instanceof Transient)
    return new Problem('unavailable', 'A dependency does not respond. Try again in a moment.');
  return new Problem('internal', 'An internal error occurred. Quote `instance` to the operator.');
}

export function extraHeaders({ code, extra }: Problem): Record<string, string> {
  if (code === 'rate_limited') return { 'retry-after': String(extra.retryAfterSeconds ?? 2) };
  if (code === 'method_not_allowed') return { allow: [extra.allowed ?? []].flat().join(', ') };
  if (code === 'unavailable' || code === 'idempotency_in_progress') return { 'retry-after': '2' };
  return code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="latchkey"' } : {};
}
