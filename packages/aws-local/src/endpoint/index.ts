export { startAwsEndpoint } from './endpoint.ts';
export { jsonError, jsonResponse, readInput } from './json-protocol.ts';
