/**
 * Translates API Gateway's event (HTTP API, payload version 2.0) to an operation's request: caller, path, query and
 * body.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Operation } from '#lib/contracts/operation.ts';
import type { Clock } from '#lib/model/clock.ts';
import { Problem } from '#lib/model/problem.ts';
import { english } from '#lib/model/schema.ts';
import { type Caller, holdsScope } from '#lib/model/team.ts';
import { callerBehind, callerInContext, type Schemes, secretIn, type TokenLookup } from './caller.ts';
import type { Spend } from './rate-limit.ts';

const maxBodyBytes = 256 * 1024;

export interface Callers extends TokenLookup {
  readonly now: Clock;
  /** Throws `rate_limited`. */
  readonly spend: Spend;
}

/**
 * The token's holder; null without a token. Operations that need `admin` read the token's row, since the authorizer's
 * result may be a minute old and a revoked token must not create another. Throws `unauthenticated`, with the same text
 * for every reason, and `rate_limited`.
 */
export async function callerOf(
  event: APIGatewayProxyEventV2,
  { now, spend, ...lookup }: Callers,
  { scope, schemes }: { readonly scope: Operation['scope']; readonly schemes: Schemes },
): Promise<Caller | null> {
  if (event.headers.authorization === undefined) return null;
  const secret = secretIn(event.headers.authorization, schemes);
  const cached = secret && scope !== 'admin' ? callerInContext(event) : null;
  const caller = cached ?? (secret ? await callerBehind(secret, lookup, now()) : null);
  if (!caller) throw unauthenticated();
  spend(caller.teamId, now());
  return caller;
}

export const unauthenticated = () =>
  new Problem('unauthenticated', 'Send a valid token: Authorization: Bearer <token>.');

/** Throws `unauthenticated`, `forbidden`. A wider scope includes the narrower ones. */
export function authorise(caller: Caller | null, scope: Operation['scope']): void {
  if (scope === 'public') return;
  if (!caller) throw unauthenticated();
  if (!holdsScope(caller.scopes, scope)) {
    throw new Problem(
      'forbidden',
      `This needs a token with the scope ${scope}; yours has ${caller.scopes.join(', ')}.`,
      { needed: scope },
    );
  }
}

/**
 * Merges path, query and body, and adds the query separately. Throws `invalid_request` with the pointer of every fault,
 * `unsupported_media_type`, `payload_too_large`.
 */
export function parseRequest(operation: Operation, event: APIGatewayProxyEventV2): Record<string, unknown> {
  const query = operation.query.safeParse(event.queryStringParameters ?? {}, english);
  const parts = [
    operation.params.safeParse(event.pathParameters ?? {}, english),
    query,
    ...(operation.body ? [operation.body.safeParse(bodyOf(event), english)] : []),
  ];
  const issues = parts.flatMap((part) => part.error?.issues ?? []);
  if (issues.length > 0) throw invalidRequest(issues);
  return Object.assign({}, ...parts.map(({ data }) => data), { query: query.data });
}

/** `where` says where the contract is documented. */
export function invalidRequest(
  issues: readonly z.core.$ZodIssue[],
  where = 'GET /v1/openapi.json has the contract.',
): Problem {
  const errors = issues.map((issue) => ({ pointer: issue.path.map(pointerStep).join(''), detail: faultText(issue) }));
  const summary = errors.map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`)).join('; ');
  return new Problem('invalid_request', `${summary}. ${where}`.trim(), { errors });
}

/** Source: RFC 6901, section 3. */
const pointerStep = (step: PropertyKey): string => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Zod nests the fault of a record's key in the fault of the record. */
function faultText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined') ? 'Missing' : issue.message;
}

export const rawBodyOf = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');

/**
 * Parses the JSON body; an empty body is an empty object. Throws `invalid_request`, `unsupported_media_type`,
 * `payload_too_large`.
 */
export function bodyOf(event: APIGatewayProxyEventV2): unknown {
  const text = rawBodyOf(event);
  if (Buffer.byteLength(text) > maxBodyBytes)
    throw new Problem('payload_too_large', 'The body is larger than 256 KiB, the maximum.');
  if (text === '') return {};
  const type = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type)) {
    throw new Problem(
      'unsupported_media_type',
      `The body has ${type ? `the type ${type}` : 'no content type'}. Send JSON with Content-Type: application/json.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid_request', 'The body is not JSON.', { errors: [{ pointer: '', detail: 'Not JSON' }] });
  }
}
