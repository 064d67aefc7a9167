/** GET /v1/openapi.json: the contract of all operations. */
import { openApiDocument } from '#lib/contracts/openapi.ts';
import { GetOpenApi } from '#lib/contracts/tokens.ts';
import { endpoint } from '#lib/edge/endpoint.ts';

export const handler = endpoint(GetOpenApi, () => async () => openApiDocument());
