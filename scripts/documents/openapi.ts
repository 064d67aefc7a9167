/** The OpenAPI 3.1 document, made from the operations' declarations. */

import type { Operation } from '#lib/contracts/operation.ts';
import { headers, responsesOf } from './openapi-responses.ts';
import { parametersOf, schemaOf } from './openapi-schema.ts';
import { chapters, operations } from './operations.ts';

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
    tags: chapters.map(({ name, description }) => ({ name, description })),
    paths: Object.fromEntries([...new Set(operations.map(({ path }) => path))].map((path) => [path, pathItem(path)])),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      headers,
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
    operations
      .filter((operation) => operation.path === path)
      .map((operation) => [operation.method.toLowerCase(), described(operation)]),
  );

function described(operation: Operation) {
  return {
    operationId: operation.id,
    tags: chapters.filter((chapter) => chapter.operations.includes(operation)).map(({ name }) => name),
    summary: operation.summary,
    ...(operation.scope === 'public'
      ? { security: [{}, { token: [] }] }
      : { description: `Needs the scope ${operation.scope}.` }),
    parameters: parametersOf(operation),
    ...(operation.body
      ? {
          requestBody: {
            required: !operation.body.safeParse({}).success,
            content: { 'application/json': { schema: schemaOf(operation.body, 'input') } },
          },
        }
      : {}),
    responses: responsesOf(operation, operations),
  };
}
