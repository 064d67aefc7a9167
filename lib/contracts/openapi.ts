/** The OpenAPI 3.1 document, made from the operations' declarations. */
import * as z from 'zod';
import { problemType } from '#lib/edge/response.ts';
import { type Code, problems } from '#lib/problem.ts';
import { operations } from './index.ts';
import type { Operation } from './operation.ts';

/** What any request with a token may meet. */
const common: readonly Code[] = ['invalid_request', 'unauthenticated', 'forbidden', 'rate_limited', 'internal', 'unavailable'];
const withBody: readonly Code[] = ['payload_too_large', 'unsupported_media_type'];
const repeatable: readonly Code[] = ['idempotency_in_progress', 'idempotency_mismatch'];

export function openApiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '1.0.0',
      description: "Managed Redis encrypted under the customer's own KMS key.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: Object.fromEntries([...new Set(operations.map(({ path }) => path))].map((path) => [path, pathItem(path)])),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema },
    },
  };
}

const problemSchema = {
  type: 'object',
  description: 'RFC 9457; docs/problems.md lists the types',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The request id' },
  },
};

const pathItem = (path: string) =>
  Object.fromEntries(
    operations.filter((operation) => operation.path === path).map((operation) => [operation.method.toLowerCase(), described(operation)]),
  );

function described(operation: Operation) {
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.scope === 'public' ? { security: [{}, { token: [] }] } : { description: `Needs the scope ${operation.scope}.` }),
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...(operation.method === 'POST' ? [idempotencyKey] : []),
    ],
    ...(operation.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } } }
      : {}),
    responses: { [operation.status]: success(operation), ...failures(operation) },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeating the request under the same key answers the first answer',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => nameMembers(jsonSchema) });
  return rest;
};

/** A record over an enumeration requires members that it does not name; tools want them named. */
function nameMembers(schema: z.core.JSONSchema.BaseSchema): void {
  const { propertyNames, additionalProperties } = schema;
  if (typeof propertyNames !== 'object' || !propertyNames.enum || typeof additionalProperties !== 'object') return;
  schema.properties = Object.fromEntries(propertyNames.enum.map((name) => [String(name), additionalProperties]));
  schema.additionalProperties = false;
  delete schema.propertyNames;
}

function parameters(shape: z.ZodObject, place: 'path' | 'query') {
  const { properties = {}, required = [] } = schemaOf(shape, 'input') as { properties?: Record<string, object>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

function success(operation: Operation) {
  if (operation.status === 204) return { description: 'Done' };
  const headers = operation.locatedBy ? { Location: { schema: { type: 'string' }, description: 'Where it is' } } : undefined;
  return {
    description: operation.status === 202 ? 'Accepted; the work goes on' : 'Done',
    ...(headers ? { headers } : {}),
    content: { 'application/json': { schema: schemaOf(operation.answer, 'output') } },
  };
}

function failures(operation: Operation) {
  const codes = [...common, ...(operation.body ? withBody : []), ...(operation.method === 'POST' ? repeatable : []), ...operation.problems];
  const statuses = [...new Set(codes.map((code) => problems[code][0]))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: [...new Set(codes)]
          .filter((code) => problems[code][0] === status)
          .map((code) => `${problems[code][1]} (${problemType(code)})`)
          .join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
