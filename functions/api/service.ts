/**
 * What the service says of itself to everybody: its contract, its plans, and what a customer needs to set up a key.
 * These are one function, since they hold no team's data; the only row that they read says whether the table responds.
 */

import { GetKeyPolicy } from '#lib/contracts/keys.ts';
import { GetOnboardingTemplate } from '#lib/contracts/onboarding.ts';
import { openApiDocument } from '#lib/contracts/openapi.ts';
import { ListPlans } from '#lib/contracts/plans.ts';
import { GetHealth, GetOpenApi } from '#lib/contracts/tokens.ts';
import { route } from '#lib/edge/rest-api.ts';
import { listPage } from '#lib/model/cursor.ts';
import { pageWithin } from '#lib/model/page.ts';
import { plans } from '#lib/model/plans.ts';
import * as keys from '#lib/wiring/keys.ts';
import { restReads } from '#lib/wiring/rest-reads.ts';
import { assertTableResponds } from '#lib/wiring/teams.ts';

export const handler = restReads(() => ({
  'GET /v1/health': route(GetHealth, async () => {
    await assertTableResponds();
    return { status: 'ok' as const };
  }),
  'GET /v1/openapi.json': route(GetOpenApi, async () => openApiDocument()),
  'GET /v1/plans': route(
    ListPlans,
    listPage({
      prefix: 'PLAN#',
      list: async (_teamId, query) => pageWithin(plans, query, { keyOf: (_plan, index) => `PLAN#${100 + index}` }),
      view: (plan) => ({ ...plan, customerKey: plan.tier !== 'common' }),
    }),
  ),
  'GET /v1/key-policy': route(GetKeyPolicy, async ({ account, caller }) =>
    keys.policy(account, caller?.teamId ?? null),
  ),
  'GET /v1/onboarding-template': route(GetOnboardingTemplate, async ({ caller }) =>
    keys.onboarding(caller?.teamId ?? null),
  ),
}));
