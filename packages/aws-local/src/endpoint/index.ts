export { startAwsEndpoint } from './endpoint.ts';
export { jsonAnswer, jsonError, readInput } from './json-protocol.ts';
