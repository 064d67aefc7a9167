/** GET /v1/plans: all plans. */
import { ListPlans } from '#lib/contracts/databases.ts';
import { plans } from '#lib/databases/plans.ts';
import { endpoint } from '#lib/edge/endpoint.ts';

export const handler = endpoint(ListPlans, () => async () => ({
  items: plans.map((plan) => ({ ...plan, customerKey: plan.tier !== 'common' })),
  cursor: null,
}));
