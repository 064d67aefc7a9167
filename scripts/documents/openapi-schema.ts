/** JSON Schemas of the contracts' zod schemas, and the parameters made of them. */
import * as z from 'zod/mini';
import { idempotencyKeyPattern, type Operation } from '#lib/contracts/operation.ts';

export const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output') => {
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

/** Path, query and header, in this order. */
export const parametersOf = ({ params, query, method }: Operation) => [
  ...parametersIn(params, 'path'),
  ...parametersIn(query, 'query'),
  ...(method === 'POST' ? [idempotencyKey] : []),
];

function parametersIn(shape: z.ZodMiniObject, place: 'path' | 'query') {
  const { properties = {}, required = [] } = schemaOf(shape, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A repeated request with the same key gets the first response',
  schema: { type: 'string', pattern: idempotencyKeyPattern.source },
};
