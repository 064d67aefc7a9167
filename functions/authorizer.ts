/** Whom the token of a request stands for; API Gateway keeps the answer for a minute. */
import { authorizer } from '#lib/edge/authorizer.ts';
import { tokenPorts } from '#lib/wiring/teams.ts';

export const handler = authorizer(tokenPorts);
