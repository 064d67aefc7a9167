/** The responses of an operation in the OpenAPI document. */
import * as z from 'zod/mini';
import { namesIn, type Operation } from '#lib/contracts/operation.ts';
import { type Code, problems, problemType } from '#lib/model/problem.ts';
import { schemaOf } from './openapi-schema.ts';

/** Problems that any request with a token may get. */
const common: readonly Code[] = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'internal',
  'unavailable',
];
/** After ten conflicts with concurrent changes. */
const changing: readonly Code[] = ['version_mismatch'];
/** A path names something that may not exist. */
const withPathParameter: readonly Code[] = ['not_found'];
const withBody: readonly Code[] = ['payload_too_large', 'unsupported_media_type'];
const repeatable: readonly Code[] = ['idempotency_in_progress', 'idempotency_mismatch'];

const header = (description: string, type = 'string') => ({ description, schema: { type } });

export const headers = {
  RequestId: header('The request id, to quote to the operator; `instance` in a problem'),
  RetryAfter: header('Seconds to wait before repeating the request', 'integer'),
  Authenticate: header('How to send a token'),
  Location: header('The URL of the created resource'),
};

const named = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` });

/** Statuses that always have `Retry-After`. `idempotency_in_progress` has it too, but not all of its status have. */
const waits = new Set([problems.rate_limited[0], problems.unavailable[0]] as number[]);

const headersOf = (status: number, located = false) => ({
  'X-Request-Id': named('RequestId'),
  ...(located ? { Location: named('Location') } : {}),
  ...(waits.has(status) ? { 'Retry-After': named('RetryAfter') } : {}),
  ...(status === problems.unauthenticated[0] ? { 'WWW-Authenticate': named('Authenticate') } : {}),
});

/** `reachable`: all operations, some of which the response links to. */
export const responsesOf = (operation: Operation, reachable: readonly Operation[]) => ({
  [operation.status]: success(operation, reachable),
  ...failures(operation),
});

function success(operation: Operation, reachable: readonly Operation[]) {
  const done = { headers: headersOf(operation.status, operation.locatedBy !== null) };
  if (operation.status === 204) return { description: 'Done', ...done };
  const links = linksOf(operation, reachable);
  return {
    description: operation.status === 202 ? 'Accepted; the work continues' : 'Done',
    ...done,
    content: {
      'application/json': { schema: schemaOf(operation.response, 'output') },
      ...(operation.page ? { 'text/html': { schema: { type: 'string' } } } : {}),
    },
    ...(Object.keys(links).length > 0 ? { links } : {}),
  };
}

/**
 * Links from a created resource, or the first of a list, to the operations on it, by its id and the request's path. Not
 * to what exists only after a PUT, except to that PUT.
 */
function linksOf({ locatedBy, locatedUnder, path, response }: Operation, reachable: readonly Operation[]) {
  const isList = response instanceof z.ZodMiniObject && 'items' in response.shape;
  if (!locatedBy && !isList) return {};
  const id = locatedBy ? `$response.body#/${locatedBy}` : '$response.body#/items/0/id';
  const base = locatedUnder ?? path;
  const known = namesIn(base);
  const ofPath = Object.fromEntries(known.map((name) => [name, `$request.path.${name}`]));
  const putPaths = new Set(reachable.flatMap(({ method, path: other }) => (method === 'PUT' ? [other] : [])));
  const onIt = reachable.flatMap(({ id: operationId, method, path: other }) => {
    if (method !== 'PUT' && putPaths.has(other)) return [];
    const [own, ...more] = other.startsWith(`${base}/{`) ? namesIn(other).slice(known.length) : [];
    return own !== undefined && more.length === 0
      ? [[operationId, { operationId, parameters: { ...ofPath, [own]: id } }]]
      : [];
  });
  return Object.fromEntries(onIt) as Record<string, object>;
}

function failures(operation: Operation) {
  const codes = [
    ...new Set([
      ...common,
      ...(operation.method === 'GET' ? [] : changing),
      ...(operation.body ? withBody : []),
      ...(operation.method === 'POST' ? repeatable : []),
      ...(namesIn(operation.path).length > 0 ? withPathParameter : []),
      ...operation.problems,
    ]),
  ];
  const statuses = [...new Set(codes.map((code) => problems[code][0] as number))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const matching = codes.filter((code) => problems[code][0] === status);
      return [status, failure(status, matching)];
    }),
  );
}

const failure = (status: number, codes: readonly Code[]) => ({
  description: codes.map((code) => `${problems[code][1]} (${problemType(code)})`).join('; '),
  headers: headersOf(status),
  content: {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    ...(status === problems.unauthenticated[0] ? { 'application/json': { schema: withoutHeader } } : {}),
  },
});

/** API Gateway's own response to a request without an Authorization header, for which it calls no function. */
const withoutHeader = {
  type: 'object',
  description: 'There is no Authorization header',
  required: ['message'],
  properties: { message: { type: 'string', enum: ['Unauthorized'] } },
  additionalProperties: false,
};
