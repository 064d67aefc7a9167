/** Whom the token of a request stands for; API Gateway keeps the answer for a minute. */

import { authorizer } from '#lib/edge/authorizer.ts';
import { now } from '#lib/model/clock.ts';
import { teamStore } from '#lib/store/teams.ts';

export const handler = authorizer(() => ({ ...teamStore(), now }));
