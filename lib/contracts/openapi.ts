/** The OpenAPI 3.1 document, as `scripts/documents/openapi.ts` generates it from the contracts. */
import document from '#docs/openapi.json' with { type: 'json' };

export const openApiDocument = (): Record<string, unknown> => document;
