/** Identifies the caller of a token; API Gateway caches the response for a minute. */
import { authorizer } from '#lib/edge/authorizer.ts';
import { tokenPorts } from '#lib/wiring/teams.ts';

export const handler = authorizer(tokenPorts);
